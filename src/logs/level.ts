import { stripVTControlCharacters } from 'node:util'
import type { ProcessEventType } from '../model/events.ts'
import type { LogLevel } from '../model/logs.ts'

/** What a line is when it does not say, on stdout and on stderr alike: most programs write plain progress to stderr. */
const UNSAID: LogLevel = 'info'

/** Longest part of a line that is looked at, in characters. */
const LOOKED_AT = 4096

/** Names that loggers give their levels, lower case. */
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

/** Ways in which a line says its level. The first that finds one decides. */
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

/** What every line has that says something else than the default; most lines have not, and need no rules. */
const TELLING = /le?ve?l|sever|debug|trace|verbose|silly|warn|err|crit|alert|emerg|fatal|panic|exception/i

/** The level that a line says it has, else `info`. */
export function levelOf(line: string): LogLevel {
  const start = line.length > LOOKED_AT ? line.slice(0, LOOKED_AT) : line
  if (!TELLING.test(start)) return UNSAID
  const plain = start.includes('\x1b') ? stripVTControlCharacters(start) : start
  for (const rule of RULES) {
    const level = rule.find(plain)
    if (level) return level
  }
  return UNSAID
}

const EVENTS: Partial<Record<ProcessEventType, LogLevel>> = {
  crash: 'error',
  error: 'error',
  restart: 'warn',
  health: 'warn',
  warning: 'warn',
}

export const levelOfEvent = (type: ProcessEventType): LogLevel => EVENTS[type] ?? 'info'

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Whether `level` is `minimum` or above. */
export const isAtLeast = (level: LogLevel, minimum: LogLevel): boolean => ORDER.indexOf(level) >= ORDER.indexOf(minimum)

function matching(pattern: RegExp): (line: string) => LogLevel | undefined {
  return (line) => named(pattern.exec(line)?.[1])
}

function always(pattern: RegExp, level: LogLevel): (line: string) => LogLevel | undefined {
  return (line) => (pattern.test(line) ? level : undefined)
}

function named(name: string | undefined): LogLevel | undefined {
  return name === undefined ? undefined : NAMES[name.toLowerCase()]
}

/** By pattern rather than by parsing, so that a line too long to be whole has a level too. The first `level` counts. */
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
