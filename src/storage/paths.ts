import type { ManagedProcess } from '../model/lifecycle/process.ts'
import type { LogSource } from '../model/views/logs.ts'
import { SOCKET_NAME } from '../model/views/supervisor-info.ts'

/** Paths of the files in a supervisor's folder. Every platform of Node accepts `/` as a separator. */
export function pathsOf(tuixDir: string) {
  return {
    info: `${tuixDir}/supervisor.json`,
    state: `${tuixDir}/state.json`,
    events: `${tuixDir}/events.jsonl`,
    /** The config file versions that the running processes were started from. */
    declared: `${tuixDir}/declared.json`,
    logs: `${tuixDir}/logs`,
    /** What the forwarders of shared ports are told and tell. */
    share: `${tuixDir}/share`,
    /** Settings of the web listener while it is wanted, and its token. */
    web: `${tuixDir}/web.json`,
    webToken: `${tuixDir}/web-token`,
    /** What counters were at the last scrape, and where the sending of logs goes on. */
    metrics: `${tuixDir}/metrics.json`,
    otlp: `${tuixDir}/otlp.json`,
    /** Crash reports, a folder for each, and the last good run of each process, which they are compared with. */
    crashes: `${tuixDir}/crashes`,
    targets: `${tuixDir}/targets.json`,
    /** The script that starts the supervisor at boot. */
    launcher: `${tuixDir}/boot.sh`,
    goodRuns: `${tuixDir}/good-runs`,
    /** Rules for alerts, open alerts, and messages that are still to be sent. */
    alerts: `${tuixDir}/alerts.json`,
    /** Output of a daemon, normally empty. */
    output: `${tuixDir}/supervisor.log`,
  }
}

/** The path of a recorded socket now. A socket in a state folder moves along with it. */
export function movedSocket(socket: string, tuixDir: string): string {
  return socket.endsWith(`/${SOCKET_NAME}`) ? `${tuixDir}/${SOCKET_NAME}` : socket
}

/** The copy of a state file, in case the file is deleted or damaged. The copy is never the older of the two. */
export function copyOf(state: string): string {
  return `${state}.bak`
}

/** The log files of a process. */
export function sourceOf(tuixDir: string, { config }: Pick<ManagedProcess, 'config'>): LogSource {
  const { logs } = pathsOf(tuixDir)
  const { name, mergeLogs } = config
  const logFile = config.logFile ?? `${logs}/${name}.out.log`
  const errorFile = mergeLogs ? logFile : (config.errorFile ?? `${logs}/${name}.err.log`)
  return sourceAt(tuixDir, { name, logFile, errorFile })
}

/** The same of a process whose log files are known, as those of a `ProcessState`. */
export function sourceAt(
  tuixDir: string,
  { name, logFile, errorFile }: Pick<LogSource, 'name' | 'logFile' | 'errorFile'>,
): LogSource {
  const { logs, events } = pathsOf(tuixDir)
  return { name, logFile, errorFile, indexFile: `${logs}/${name}.index`, eventsFile: events }
}
