import { stripVTControlCharacters } from 'node:util'
import type { ProcessEventType } from '../../model/lifecycle/events.ts'
import { LOG_LEVELS, type LogLevel } from '../../model/views/logs.ts'

/** Level of a line that names none, also on stderr, where most programs write plain progress. */
const DEFAULT_LEVEL: LogLevel = 'info'

/** Characters at the start of a line that are searched for a level. */
const LONGEST_START = 4096

/** Names of levels in common loggers, in lower case. */
const NAMES: Record<string, LogLevel> = {
  silly: 'debug',
  trace: 'debug',
  verbose: 'debug',
  debug: 'debug',
  http: 'info',
  log: 'info',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  success: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  crit: 'error',
  critical: 'error',
  alert: 'error',
  emerg: 'error',
  emergency: 'error',
  fatal: 'error',
  panic: 'error',
  severe: 'error',
}
const NAME = Object.keys(NAMES)
  .sort((a, b) => b.length - a.length)
  .join('|')

/** Ways in which a line names its level. The first one that finds a level decides. */
const RULES: readonly { what: string; find: (line: string) => LogLevel | undefined }[] = [
  { what: 'JSON: pino, bunyan, winston', find: fromJson },
  { what: 'logfmt: level=warn', find: matching(/(?:^|\s)(?:level|lvl|severity)=["']?(\w+)/i) },
  {
    what: '[error], <warn>, after a time or a scope',
    find: matching(new RegExp(`^.{0,80}?[[<(](${NAME})[\\])>]`, 'i')),
  },
  {
    what: 'ERROR: or warn - at the beginning',
    find: matching(new RegExp(`^\\W{0,8}(${NAME})(?:\\s*[:|!>]|\\s+-)`, 'i')),
  },
  {
    what: 'ERROR among the first words, in capitals',
    find: matching(new RegExp(`^.{0,80}?\\b(${NAME.toUpperCase()})\\b`)),
  },
  { what: 'npm error, npm WARN', find: matching(/^(?:npm|pnpm|yarn) (error|ERR|warn|WARN|notice)\b/) },
  {
    what: 'Node: (node:42) DeprecationWarning:',
    find: always(/^\((?:node|bun):\d+\) (?:\[\w+\] )?\w*Warning:/, 'warn'),
  },
  {
    what: 'TypeError: …, Uncaught Error: …',
    find: always(/^(?:Uncaught |Unhandled )?(?:[\w.]+\.)?\w*(?:Error|Exception)\b(?: \[\w+\])?:/, 'error'),
  },
  {
    what: 'Python, Go, Rust',
    find: always(/^(?:Traceback \(most recent call last\):|panic: |fatal error: |thread '.*' panicked at)/, 'error'),
  },
]

/** Part of every line that names another level than the default. Most lines have none, which saves the rules. */
const MAY_NAME_LEVEL = /le?ve?l|sever|debug|trace|verbose|silly|warn|err|crit|alert|emerg|fatal|panic|exception/i

/** The level that a line names, or `info`. */
export function levelOf(line: string): LogLevel {
  const start = line.length > LONGEST_START ? line.slice(0, LONGEST_START) : line
  if (!MAY_NAME_LEVEL.test(start)) return DEFAULT_LEVEL
  const plain = start.includes('\x1b') ? stripVTControlCharacters(start) : start
  for (const rule of RULES) {
    const level = rule.find(plain)
    if (level) return level
  }
  return DEFAULT_LEVEL
}

const EVENTS: Partial<Record<ProcessEventType, LogLevel>> = {
  crash: 'error',
  error: 'error',
  restart: 'warn',
  health: 'warn',
  warning: 'warn',
}

export const levelOfEvent = (type: ProcessEventType): LogLevel => EVENTS[type] ?? 'info'

/** Whether `level` is `minimum` or above. */
export const isAtLeast = (level: LogLevel, minimum: LogLevel): boolean =>
  LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(minimum)

function matching(pattern: RegExp): (line: string) => LogLevel | undefined {
  return (line) => named(pattern.exec(line)?.[1])
}

function always(pattern: RegExp, level: LogLevel): (line: string) => LogLevel | undefined {
  return (line) => (pattern.test(line) ? level : undefined)
}

function named(name: string | undefined): LogLevel | undefined {
  return name === undefined ? undefined : NAMES[name.toLowerCase()]
}

/** Uses a pattern, since a line that was cut cannot be parsed. The first `level` counts. */
function fromJson(line: string): LogLevel | undefined {
  if (!/^\s*\{/.test(line)) return undefined
  const found = /"(?:level|severity|lvl|levelname|log\.level)"\s*:\s*(?:"(\w+)"|(\d+))/.exec(line)
  if (!found) return undefined
  return found[2] === undefined ? named(found[1]) : numbered(Number(found[2]))
}

/** The scale of pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
function numbered(level: number): LogLevel | undefined {
  if (level < 10) return undefined
  if (level < 30) return 'debug'
  if (level < 40) return 'info'
  return level < 50 ? 'warn' : 'error'
}
