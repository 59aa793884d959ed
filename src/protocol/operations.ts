import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { PlanStep } from '../model/planning/plan.ts'
import type { Reveal, Selection, StartRequest } from '../model/planning/requests.ts'
import type { ProcessTree } from '../model/tree/tree.ts'
import type { AlertsInfo, AlertTestResult } from '../model/views/alerts-info.ts'
import type { CrashBrief, CrashReport } from '../model/views/crash-report.ts'
import type { EventPage, LogPage } from '../model/views/logs.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../model/views/state.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { WebInfo } from '../model/views/web-info.ts'
import {
  areAlertTests,
  areCrashes,
  areEvents,
  areOutcomes,
  arePlanSteps,
  areStates,
  areTrees,
  isAlertsInfo,
  isCrash,
  isDetail,
  isEvent,
  isEventPage,
  isLogPage,
  isReleased,
  isSent,
  isStats,
  isSupervisorInfo,
  isTree,
  isWebInfo,
} from './answers.ts'
import type {
  AlertSettings,
  AlertTest,
  CloseWebRequest,
  CrashesRequest,
  CrashRequest,
  FollowHistoryRequest,
  HistoryRequest,
  LogsRequest,
  MessageRequest,
  Named,
  Nothing,
  PlanRequest,
  RemoveRequest,
  SignalRequest,
  StopRequest,
  WebSettings,
} from './inputs.ts'
import { type Ask, ask, type Listen, type Stream, stream } from './operation.ts'

export type { Listen } from './operation.ts'

/** HTTP status of a supervisor whose folder was renamed. It is about to let go, so the request has to go to the next one. */
export const GONE = 410

/**
 * All operations of a supervisor. The client, the server's routes, `Control` and docs/api.md follow from this table. All
 * inputs and answers are JSON (a RegExp is sent as `{ source, flags }`). Kept light, since `list` loads it.
 */
export const OPERATIONS = {
  /** The supervisor itself: its version, its process, and when it began. */
  info: ask<Nothing, SupervisorInfo>('GET', '/v1/supervisor', isSupervisorInfo),

  /** All processes, in the order in which they were declared. */
  list: ask<Reveal, ProcessState[]>('GET', '/v1/processes', areStates, { revealsSecrets: true }),

  /** One process, with its config. */
  status: ask<Named & Reveal, ProcessDetail>('GET', '/v1/processes/:name', isDetail, { revealsSecrets: true }),

  /** Usage of one process and of everything that it has started. */
  stats: ask<Named, ProcessStats>('GET', '/v1/processes/:name/stats', isStats),

  /** The tree of one process at this moment: every member, and the ports that it listens on. */
  tree: ask<Named & Reveal, ProcessTree>('GET', '/v1/processes/:name/tree', isTree, { revealsSecrets: true }),

  /** The trees of all processes at this moment. */
  trees: ask<Reveal, ProcessTree[]>('GET', '/v1/trees', areTrees, { revealsSecrets: true }),

  /**
   * Starts processes, those that they depend on first, and answers when they are ready.
   *
   * @example { "names": ["web"], "environment": { "PATH": "/usr/bin:/bin" } }
   */
  start: ask<StartRequest, Outcome[]>('POST', '/v1/start', areOutcomes, { runsPrograms: true }),

  /**
   * Stops processes with everything that they have started, those that depend on them first, and answers when nothing is
   * left.
   *
   * @example { "names": ["web"] }
   */
  stop: ask<StopRequest, Outcome[]>('POST', '/v1/stop', areOutcomes),

  /**
   * Restarts processes, and starts those that are stopped.
   *
   * @example { "group": "api", "environment": { "PATH": "/usr/bin:/bin" } }
   */
  restart: ask<StartRequest, Outcome[]>('POST', '/v1/restart', areOutcomes, { runsPrograms: true }),

  /**
   * Restarts processes one after the other, each ready before the next one is stopped.
   *
   * @example { "names": ["web"], "environment": { "PATH": "/usr/bin:/bin" } }
   */
  reload: ask<StartRequest, Outcome[]>('POST', '/v1/reload', areOutcomes, { runsPrograms: true }),

  /**
   * Makes what runs match what the request declares: what is unchanged keeps running, what has changed is restarted, what is
   * new or stopped is started, and what the same `source` declared before and no longer does is removed. A declaration that is
   * invalid changes nothing.
   *
   * @example { "all": true, "processes": [{ "name": "web", "command": "node server.mjs", "cwd": "/srv/app" }], "source": "/srv/app/processes.json", "environment": { "PATH": "/usr/bin:/bin" } }
   */
  apply: ask<StartRequest, Outcome[]>('POST', '/v1/apply', areOutcomes, { runsPrograms: true }),

  /**
   * Brings declared processes to the numbers of instances in `scale`; surplus instances are stopped and removed.
   *
   * @example { "scale": { "web": 3 }, "processes": [{ "name": "web", "command": "node server.mjs", "cwd": "/srv/app" }], "environment": { "PATH": "/usr/bin:/bin" } }
   */
  scale: ask<StartRequest, Outcome[]>('POST', '/v1/scale', areOutcomes, { runsPrograms: true }),

  /**
   * Stops processes and forgets them. Their log files stay, unless `logs` says otherwise.
   *
   * @example { "names": ["web"], "logs": true }
   */
  remove: ask<RemoveRequest, Outcome[]>('POST', '/v1/remove', areOutcomes),

  /**
   * Empties log files and deletes their archives, while the processes go on writing.
   *
   * @example { "all": true }
   */
  flush: ask<Selection, Outcome[]>('POST', '/v1/flush', areOutcomes),

  /**
   * Stops the whole trees of running processes with SIGSTOP. The outcome of a process that is not ready has the code `not-running`.
   *
   * @example { "names": ["web"] }
   */
  pause: ask<Selection, Outcome[]>('POST', '/v1/pause', areOutcomes),

  /**
   * Lets paused processes go on. The outcome of a process that does not run has the code `not-running`.
   *
   * @example { "names": ["web"] }
   */
  resume: ask<Selection, Outcome[]>('POST', '/v1/resume', areOutcomes),

  /**
   * Sends a signal to processes that run. The outcome of one that does not has the code `not-running`.
   *
   * @example { "names": ["web"], "signal": "SIGHUP" }
   */
  signal: ask<SignalRequest, Outcome[]>('POST', '/v1/signal', areOutcomes),

  /**
   * Sends a message to a process that has `ipc: true` in its config.
   *
   * @example { "message": { "type": "reload-templates" } }
   */
  send: ask<MessageRequest, { sent: true }>('POST', '/v1/processes/:name/messages', isSent),

  /** Ends the supervisor. Its processes keep running, and the next supervisor takes them over. */
  release: ask<Nothing, { released: true }>('POST', '/v1/release', isReleased, { isLocal: true }),

  /** All events from now on, as server-sent events: for each a line `data: {…}`, and an empty line. */
  events: stream<Nothing, ProcessEvent>('GET', '/v1/events', isEvent),

  /** Past events, oldest first, of all supervisors of the folder, as far as they are kept. */
  history: ask<HistoryRequest, ProcessEvent[]>('GET', '/v1/events/history', areEvents),

  /**
   * Past events and then every new one, as server-sent events whose `id` is the cursor: a client that connects again with
   * `Last-Event-ID` gets every event once, through restarts of the supervisor.
   */
  followHistory: stream<FollowHistoryRequest, EventPage>('GET', '/v1/events/follow', isEventPage),

  /**
   * The steps of a command, in order, without carrying them out.
   *
   * @example { "action": "apply", "all": true, "processes": [{ "name": "web", "command": "node server.mjs", "cwd": "/srv/app" }] }
   */
  plan: ask<PlanRequest, PlanStep[]>('POST', '/v1/plan', arePlanSteps, { runsPrograms: true }),

  /** Lines of logs, in the order of writing, with stdout, stderr and events merged. */
  logs: ask<LogsRequest, LogPage>('GET', '/v1/logs', isLogPage),

  /**
   * Lines of logs as they are written, as server-sent events whose `id` is the cursor: a client that connects again with
   * `Last-Event-ID`, or the `cursor` of the last page, gets every line once, through rotations and restarts of the supervisor.
   */
  followLogs: stream<LogsRequest, LogPage>('GET', '/v1/logs/follow', isLogPage),

  /** The crash reports that are kept, newest first: the last 20 of all processes. */
  crashes: ask<CrashesRequest, CrashBrief[]>('GET', '/v1/crashes', areCrashes),

  /** One crash report in full. */
  crash: ask<CrashRequest, CrashReport>('GET', '/v1/crashes/:id', isCrash),

  /** The rules for alerts, with their targets in short, and what is wrong at present. */
  alerts: ask<Nothing, AlertsInfo>('GET', '/v1/alerts', isAlertsInfo),

  /**
   * Sets the rules of a config in place of those that it had. They stay through restarts of the supervisor. Without rules, those are
   * removed.
   *
   * @example { "rules": [{ "on": ["crash"], "processes": null, "to": { "command": "cat" }, "after": 0, "repeat": null, "resolve": true }] }
   */
  setAlerts: ask<AlertSettings, AlertsInfo>('POST', '/v1/alerts', isAlertsInfo, { isLocal: true }),

  /**
   * Sends a test message to the target of each rule, or of one, and answers when all have answered.
   *
   * @example { "rule": 1 }
   */
  testAlerts: ask<AlertTest, AlertTestResult[]>('POST', '/v1/alerts/test', areAlertTests, { isLocal: true }),

  /** Where the web listener listens. */
  web: ask<Nothing, WebInfo>('GET', '/v1/web', isWebInfo, { isLocal: true }),

  /**
   * Opens the web listener: dashboard, API, metrics and MCP over HTTP. It stays open through restarts of the supervisor. One that
   * is open with other settings is opened anew.
   *
   * @example { "port": 7420 }
   */
  openWeb: ask<WebSettings, WebInfo>('POST', '/v1/web/open', isWebInfo, { isLocal: true }),

  /**
   * Closes the web listener.
   *
   * @example { "source": "/srv/app/processes.json" }
   */
  closeWeb: ask<CloseWebRequest, WebInfo>('POST', '/v1/web/close', isWebInfo, { isLocal: true }),
}

export type Operation = keyof typeof OPERATIONS

export type InputOf<Name extends Operation> = (typeof OPERATIONS)[Name] extends
  | Ask<infer Input, infer _Answer>
  | Stream<infer Input, infer _Item>
  ? Input
  : never

/**
 * The operations as functions. The supervisor implements them in process, the client over the socket. `ProcessManager` uses
 * only this type.
 */
export type Control = { readonly [Name in Operation]: Call<(typeof OPERATIONS)[Name]> }

type Call<Kind> =
  Kind extends Ask<infer Input, infer Answer>
    ? (input: Input) => Promise<Answer>
    : Kind extends Stream<infer Input, infer Item>
      ? Listen<Input, Item>
      : never
