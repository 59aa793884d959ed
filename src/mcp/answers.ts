import { dirname, resolve } from 'node:path'
import { readAfter } from '../logs/reading/cursor.ts'
import type { LogQuery } from '../logs/reading/query.ts'
import { readLogs } from '../logs/reading/read.ts'
import { ensuredBy } from '../manager/ensure.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { CrashReport } from '../model/views/crash-report.ts'
import type { LogSource } from '../model/views/logs.ts'
import type { Outcome } from '../model/views/outcome.ts'
import type { ProcessState } from '../model/views/state.ts'
import { readCrashes } from '../storage/crashes.ts'
import { type HistoryQuery, readHistory } from '../storage/history.ts'
import { pathsOf, sourceAt } from '../storage/paths.ts'
import { reasonsOf } from '../storage/why.ts'
import type { McpHost } from './host.ts'
import { readEntries } from './logs.ts'
import type { InputOf, OutputOf, ToolName } from './shapes.ts'

/** What each tool does. Answers have what programs printed as it is; whoever sends them makes it safe. */
export type Answers = {
  [Name in ToolName]: (input: InputOf<Name>, signal: AbortSignal) => Promise<OutputOf<Name>>
}

/** The last recorded crash of a process. */
export async function lastCrashOf(host: McpHost, name: string): Promise<CrashReport | null> {
  const tuixDir = await host.tuixDir()
  return readCrashes(tuixDir).find((report) => report.name === name) ?? null
}

export function answersOf(host: McpHost): Answers {
  const history = async (query: HistoryQuery) => readHistory(pathsOf(await host.tuixDir()).events, query)
  const logs = async (name: string, query: LogQuery) => readLogs(await sourcesOf([name]), query)
  const why = (name: string, most: number) => reasonsOf(name, most, { history, logs })

  /** @param names absent: of all processes */
  async function sourcesOf(names?: string[]): Promise<LogSource[]> {
    const states = named(names, await host.list())
    const tuixDir = await host.tuixDir()
    return states.map((state) => sourceAt(tuixDir, state))
  }

  const sources = {
    status: host.status,
    tree: host.tree,
    history,
    why,
    logsAfter: async (name: string, cursor: string) => readAfter(await sourcesOf([name]), cursor, {}, Date.now()),
    waitFor: host.waitFor,
  }

  async function waited(name: string, input: InputOf<'ps_wait'>, signal: AbortSignal): Promise<Outcome> {
    try {
      const state = await host.waitFor(name, input.for, { timeout: input.timeoutMs, signal })
      return { name, ok: true, result: 'met', message: input.for, warnings: [], state }
    } catch (error) {
      if (!(error instanceof ProcessManagerError)) throw error
      return { name, ok: false, result: 'failed', message: error.predicate, code: error.code, warnings: [] }
    }
  }

  return {
    async ps_list() {
      const states = await host.list()
      const known = new Set(states.flatMap(({ name, instanceOf }) => [name, instanceOf]))
      const declared = await (host.config?.names() ?? Promise.resolve([])).catch((error: unknown) => reasonOf(error))
      const isRead = Array.isArray(declared)
      return {
        processes: states.map(briefOf),
        notStarted: isRead ? declared.filter((name) => !known.has(name)) : [],
        configProblem: isRead ? null : declared,
      }
    },

    async ps_status({ name }) {
      const detail = await host.status(name)
      const { members } = detail.pid === null ? { members: [] } : await host.tree(name)
      const { group, command, cwd, exitCode, exitSignal, failures, dependsOn, waitingFor, logFile, errorFile } = detail
      return {
        ...briefOf(detail),
        ...{ group, command, cwd, exitCode, exitSignal, failures, dependsOn, waitingFor, logFile, errorFile },
        config: { ...detail.config },
        listening: members.flatMap(({ pid, ports }) => ports.map((port) => ({ pid, ...port }))),
      }
    },

    async ps_ensure({ names, timeoutMs: timeout }, signal) {
      return { processes: await ensuredBy(() => host.start(names, timeout), sources, { timeout, signal }) }
    },

    async ps_stop({ names, all, timeoutMs }) {
      if ((names === undefined) === !all) throw new ProcessManagerError('usage', 'give either `names` or `all: true`')
      return outcomesOf(await host.stop(names, timeoutMs))
    },

    ps_restart: async ({ names, timeoutMs }) => outcomesOf(await host.restart(names, timeoutMs)),

    ps_logs: async ({ names, ...query }) => readEntries(await sourcesOf(names), query),

    async ps_why({ name, most }) {
      const { status, reason } = await host.status(name)
      const causes = (await why(name, most)).map(({ kind, time, run, times, message, lastError }) => {
        return { kind, time: new Date(time).toISOString(), run, times, message, lastError }
      })
      return { name, status, reason, causes, crash: crashOf(await lastCrashOf(host, name)) }
    },

    async ps_wait(input, signal) {
      const names = named(input.names, await host.list()).map(({ name }) => name)
      return outcomesOf(await Promise.all(names.map((name) => waited(name, input, signal))))
    },

    async ps_apply({ dryRun, timeoutMs }) {
      const { config } = host
      if (!config) throw new ProcessManagerError('unsupported', 'no config is read here')
      const steps = (await config.plan()).map(({ name, action, changes }) => ({ name, action, changes }))
      return dryRun ? { steps } : { steps, ...outcomesOf(await config.apply(timeoutMs)) }
    },

    async ps_doctor() {
      const { examine } = await import('../doctor/doctor.ts')
      const findings = await examine(await host.tuixDir())
      return { findings: findings.map(({ check, level, message, advice }) => ({ check, level, message, advice })) }
    },

    async ps_run({ timeoutMs: timeout, cwd, env, port, ...process }, signal) {
      const config = {
        ...process,
        cwd: resolve(dirname(await host.tuixDir()), cwd ?? '.'),
        ...(env && { env }),
        ...(port !== undefined && { port }),
      }
      return { processes: await ensuredBy(() => host.run(config, timeout), sources, { timeout, signal }) }
    },
  }
}

/** Those that names stand for: a process, or the instances of a declared name. */
function named(names: string[] | undefined, states: ProcessState[]): ProcessState[] {
  if (!names) return states
  const found = names.flatMap((name) => {
    const exact = states.filter((state) => state.name === name)
    const meant = exact.length > 0 ? exact : states.filter(({ instanceOf }) => instanceOf === name)
    if (meant.length > 0) return meant
    const known = states.map((state) => state.name).join(', ')
    const available = known === '' ? 'nothing was started yet' : `available: ${known}`
    throw new ProcessManagerError('unknown-process', `no process is named \`${name}\`; ${available}`)
  })
  return [...new Set(found)]
}

function briefOf(state: ProcessState): OutputOf<'ps_list'>['processes'][number] {
  const { name, status, phase, health, pid, port, ports, url, restarts, uptime, cpu, memory, reason, program } = state
  const address = { ...(ports && { ports }), ...(url !== undefined && { url }) }
  return { name, status, phase, health, pid, port, ...address, restarts, uptime, cpu, memory, reason, program }
}

function crashOf(report: CrashReport | null): OutputOf<'ps_why'>['crash'] {
  if (!report) return null
  const { run, time, git, since } = report
  return {
    run,
    time: new Date(time).toISOString(),
    commit: git?.commit ?? null,
    lastGoodCommit: since?.git?.commit ?? null,
    changed: since?.changes.map(({ setting }) => setting) ?? [],
  }
}

function outcomesOf(outcomes: Outcome[]): OutputOf<'ps_stop'> {
  return {
    outcomes: outcomes.map(({ name, ok, result, message, code, state, lastLines, warnings }) => ({
      ...{ name, ok, result, message, pid: state?.pid ?? null },
      ...(code && { code }),
      ...(lastLines && { lastLines }),
      ...(warnings.length > 0 && { warnings }),
    })),
  }
}
