import type {
  EndCause,
  FailCause,
  FileChange,
  OverLimit,
  SpawnProblem,
  StopCause,
  SystemProcess,
} from '../model/lifecycle/causes.ts'
import type { ErrorCause, EventCause, ProcessEvent, StoppedCause } from '../model/lifecycle/events.ts'
import type { PhaseOf } from '../model/lifecycle/phase.ts'
import type { Outcome } from '../model/views/outcome.ts'

/*
 * Version 1 wrote sentences where causes are now. Its journals and states are still there, and a supervisor of it may run in
 * an app: here, and nowhere else, its sentences are read.
 */

/** An event with the cause that its sentence tells. What has one, or tells none that is known, stays as it is. */
export function withCause(event: ProcessEvent): ProcessEvent {
  if (event.cause !== undefined) return event
  const { type, message } = event
  switch (type) {
    case 'crash': {
      const [before = message, failures, maxRestarts] = parts(/^(.*), next try [^,]* \((\d+)\/(\d+)\)$/s, message)
      const tries = failures !== undefined && { failures: Number(failures), maxRestarts: Number(maxRestarts) }
      return { ...event, ...caused(endOf(before)), ...tries }
    }
    case 'exit':
      return { ...event, ...caused(endOf(message)) }
    case 'restart':
      return { ...event, ...caused(restartOf(message)) }
    case 'stop':
      return { ...event, ...caused(stoppedOf(event)) }
    case 'error':
      return { ...event, ...caused(errorOf(message)) }
    case 'signal': {
      const [signal, reached] = parts(/^(SIG\w+) sent(?: to (\d+) process(?:es)?)?$/, message)
      if (signal === undefined) return event
      return { ...event, cause: { type, signal, reached: reached === undefined ? null : Number(reached) } }
    }
    case 'health': {
      const [detail] = parts(/^unhealthy: (.*)$/s, message)
      if (detail === undefined) return { ...event, health: 'healthy' }
      return { ...event, health: 'unhealthy', cause: { type: 'unhealthy', detail } }
    }
    default:
      return event
  }
}

/** Why a run ended; undefined: in other words than those of version 1. */
export function endOf(text: string): EndCause | undefined {
  const [code, lasted] = parts(new RegExp(`^exited with (\\d+) after ${SPAN}$`), text)
  if (code !== undefined) return { type: 'exited', code: Number(code), signal: null, lasted: msOf(lasted) }
  const [signal, until] = parts(new RegExp(`^killed by (\\w+) after ${SPAN}$`), text)
  if (signal !== undefined) return { type: 'exited', code: null, signal, lasted: msOf(until) }
  if (text === 'ended, exit code unknown') return { type: 'exited', code: null, signal: null, lasted: 0 }
  const [unhealthy] = parts(/^unhealthy: (.*)$/s, text)
  if (unhealthy !== undefined) return { type: 'unhealthy', detail: unhealthy }
  const [awaited, within, detail = null] = parts(
    new RegExp(`^not (healthy|ready) within ${SPAN}(?:: (.*))?$`, 's'),
    text,
  )
  if (awaited !== undefined) {
    return { type: 'not-ready', awaited: awaited === 'healthy' ? 'healthy' : 'ready', within: msOf(within), detail }
  }
  const problem = spawnProblemOf(text)
  return problem ? { type: 'spawn-failed', problem } : overLimitOf(text)
}

function overLimitOf(text: string): OverLimit | undefined {
  const [of, used, limit, rest] = parts(
    /^(memory|cpu) (\d+) (?:MB|%) over the limit of ([\d.]+) (?:MB|%)(?: for 10 s)?(?:; (.*))?$/s,
    text,
  )
  if (of === undefined) return undefined
  const [file] = parts(/^heap snapshot in (.*)$/s, rest ?? '')
  const snapshot = rest === undefined ? null : file === undefined ? { detail: rest } : { file }
  return { type: 'over-limit', of: of === 'cpu' ? 'cpu' : 'memory', used: Number(used), limit: Number(limit), snapshot }
}

function spawnProblemOf(text: string): SpawnProblem | undefined {
  if (/^no automatic port is free\b/.test(text)) return { type: 'no-free-port' }
  const [port, pid, name] = parts(/^port (\d+) is (?:held by pid (\d+) \((.*)\)|taken by another user)$/s, text)
  if (port !== undefined) return { type: 'port-taken', port: Number(port), holder: holderOf(pid, name) }
  const [detail] = parts(/^could not be started: (.*)$/s, text)
  if (detail === undefined) return undefined
  if (detail === 'the system allows no more processes') return { type: 'process-limit' }
  for (const { type, pattern } of PROGRAM_PROBLEMS) {
    const [program] = parts(pattern, detail)
    if (program !== undefined) return { type, program }
  }
  return { type: 'system', detail }
}

const PROGRAM_PROBLEMS = [
  { type: 'not-found', pattern: /^`(.*)` or the program that its first line names does not exist$/s },
  { type: 'not-executable', pattern: /^`(.*)` may not be executed$/s },
  { type: 'no-shebang', pattern: /^`(.*)` is no program and has no `#!` line; set `interpreter`$/s },
] as const

/** Why a process was given up. What cannot be told apart is said as it is. */
export function failOf(text: string): FailCause {
  const [restarts] = parts(/^gave up after (\d+) restarts?: /, text)
  if (restarts !== undefined) return { type: 'gave-up', restarts: Number(restarts) }
  const [list] = parts(/^still alive after SIGKILL: (.*)$/s, text)
  if (list !== undefined) return { type: 'survivors', members: membersOf(list) }
  const problem = spawnProblemOf(text)
  if (problem) return { type: 'spawn-failed', problem }
  const [name, what, detail] = parts(/^(\S+) (failed|did not complete): (.*)$/s, text)
  if (name === undefined || detail === undefined) return { type: 'refused', detail: text }
  return { type: 'dependency', name, what: what === 'failed' ? 'failed' : 'incomplete', detail }
}

/** Why a run is being stopped. One that waited said for what, while something of an earlier run was killed. */
export function stopOf(text: string): StopCause {
  if (text === 'stop asked for') return { type: 'stop' }
  if (text === 'restart asked for') return { type: 'restart' }
  return changeOf(text) ?? { type: 'leftovers' }
}

/** How a process came to be down. */
export function downOf(text: string): PhaseOf<'stopped' | 'completed'> {
  const [completed, code = 0] = parts(/^(completed)(?: with (\d+))?$/, text)
  if (completed !== undefined) return { type: 'completed', code: Number(code) }
  if (text === 'its schedule is over') return { type: 'stopped', why: 'schedule-over' }
  return { type: 'stopped', why: text === LOST ? 'lost' : null }
}

const LOST = 'it was down when what was known of it was lost; start it from its config again'
const REBUILT = 'rebuilt from what was running; start it from its config again to restore its settings'

/** All that is known of it was found in the system. */
export function isRebuilt(text: string): boolean {
  return text === REBUILT
}

/** It waits for its time, not for its next try. */
export function isScheduled(text: string): boolean {
  return text === 'scheduled'
}

/** How a command went that went well. */
export function resultOf(message: string): Outcome['result'] {
  return RESULTS.find(([pattern]) => pattern.test(message))?.[1] ?? 'started'
}

const RESULTS: [RegExp, Outcome['result']][] = [
  [/^already running$/, 'already-running'],
  [/^restarted\b/, 'restarted'],
  [/^stopped$/, 'stopped'],
  [/^already stopped$/, 'already-stopped'],
  [/^completed\b/, 'completed'],
  [/^scheduled$/, 'scheduled'],
  [/^waiting for /, 'waiting'],
  [/^removed\b/, 'removed'],
  [/^unchanged$/, 'unchanged'],
  [/^emptied, /, 'emptied'],
  [/^already empty$/, 'already-empty'],
  [/^SIG\w+ sent\b/, 'signalled'],
]

/** What a spawn waits for. */
export function blockedOf(text: string): PhaseOf<'spawning'>['blocked'] {
  const [port, pid, name] = parts(
    /^waiting for port (\d+), (?:held by pid (\d+) \((.*)\)|taken by another user)$/s,
    text,
  )
  return port === undefined ? null : { type: 'port', port: Number(port), holder: holderOf(pid, name) }
}

function changeOf(text: string): FileChange | undefined {
  const [file, others = 0] = parts(/^(.+?)(?: and (\d+) more)? changed$/s, text)
  return file === undefined ? undefined : { type: 'change', file, others: Number(others) }
}

function restartOf(message: string): EventCause | undefined {
  const [why] = parts(/^restarting: (.*)$/s, message)
  return why === 'asked for' ? { type: 'restart' } : changeOf(why ?? '')
}

function errorOf(message: string): ErrorCause {
  const cause = failOf(message)
  return cause.type === 'gave-up' ? { ...cause, exit: null } : cause
}

function stoppedOf({ message, run, time }: ProcessEvent): StoppedCause | undefined {
  const [name] = parts(/^stopped while waiting for (.*)$/, message)
  if (name === 'its time') return { type: 'scheduled' }
  if (name !== undefined) return { type: 'waiting', for: name }
  if (message === 'stopped while waiting to restart') return { type: 'backoff' }
  const [how] = parts(/^stopped: (.*)$/s, message)
  if (how === undefined) return undefined
  const exit = { run, at: time, early: false, asked: true }
  const whole = endOf(how)
  if (whole?.type === 'exited') {
    const { code, signal, lasted } = whole
    return { type: 'ended', exit: { ...exit, code, signal, lasted, ended: null } }
  }
  // It was ended for another reason before; how long it had lasted stands behind that.
  const [before = '', lasted] = parts(new RegExp(`^(.*) after ${SPAN}$`, 's'), how)
  const ended = endOf(before)
  if (!ended || ended.type === 'exited') return undefined
  return { type: 'ended', exit: { ...exit, code: null, signal: null, lasted: msOf(lasted), ended } }
}

function membersOf(list: string): SystemProcess[] {
  const found = list.matchAll(/pid (\d+) \((.*?)\)(?=, pid \d+ \(|$)/gs)
  return [...found].map(([, pid, name = '']) => ({ pid: Number(pid), name }))
}

function holderOf(pid: string | undefined, name = ''): SystemProcess | null {
  return pid === undefined ? null : { pid: Number(pid), name }
}

/** A span of time, such as `3.2 s`. */
const SPAN = '(\\d+(?:\\.\\d+)? (?:ms|s|min))'
const UNITS: Record<string, number> = { ms: 1, s: 1000, min: 60_000 }

function msOf(span = ''): number {
  const [count, unit = ''] = span.split(' ')
  return Math.round(Number(count) * (UNITS[unit] ?? 0))
}

function caused(cause: EventCause | undefined): { cause?: EventCause } {
  return cause === undefined ? {} : { cause }
}

/** What the parentheses of a pattern hold; nothing where it does not match. */
function parts(pattern: RegExp, text: string): (string | undefined)[] {
  return pattern.exec(text)?.slice(1) ?? []
}
