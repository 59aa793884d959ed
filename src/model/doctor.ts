import type { SupervisorInfo } from './control.ts'
import type { ManagedProcess } from './process.ts'
import { isNewer } from './version.ts'

/** One thing that was looked at. */
export interface Finding {
  /** A word for programs: `disk`, `orphans`. */
  check: string
  /** `warning`: something is less than it could be; `problem`: something is wrong. */
  level: 'ok' | 'warning' | 'problem'
  /** What is so. */
  message: string
  /** What to do; null: nothing. */
  advice: string | null
  /** How `--fix` mends it; null: it cannot. */
  fix: Fix | null
}

/** `recover`: bring up a supervisor, which clears away and takes over; `end-orphans`, `modes`: as they say. */
export type Fix = 'recover' | 'end-orphans' | 'modes'

/** What was gathered about a state folder and the machine. */
export interface Facts {
  runtime: { name: 'node' | 'bun'; version: string }
  /** Of this program. */
  version: string
  platform: string
  tools: { ss: boolean; fallocate: boolean }
  tuixDir: string
  /** Null: there is no such folder yet. */
  folder: FolderFacts | null
  supervisor: SupervisorFacts
  processes: ManagedProcess[]
  /** What processes printed last, by name, of those that fail. */
  lastWords: Record<string, string>
  orphans: Orphan[]
  /** Files that the program may have open at a time; null: unknown. */
  openFiles: number | null
}

export interface FolderFacts {
  /** Permission bits. */
  mode: number
  isOwn: boolean
  /** Files in it that others may read. */
  readable: string[]
  /** States that could not be used. */
  corrupt: string[]
  disk: { free: number; total: number }
  /** `nfs`, `ext4`, …; null: of another kind. */
  fileSystem: string | null
  /** A log's beginning can be cut off in place. */
  collapses: boolean
}

export interface SupervisorFacts {
  /** As `supervisor.json` says; null: nobody says so. */
  recorded: SupervisorInfo | null
  /** The process that it names lives. */
  lives: boolean
  /** It takes connections. */
  answers: boolean
}

/** A process with the marker of this folder that belongs to nothing that runs. */
export interface Orphan {
  pid: number
  /** Of the managed process that it was a part of. */
  name: string
  command: string
}

const FLOOR = { node: '20.19.0', bun: '1.3.0' } as const
const NETWORKED = new Set(['nfs', 'cifs', 'smb', '9p', 'ceph', 'fuse'])
/** Bytes. */
const GB = 1_000_000_000
/** Descriptors that a supervisor has anyway, and about as many as it needs for each process. */
const FILES = { base: 64, each: 4 }
/** Failures in a row that are no accident any more. */
const LOOP = 3

/** Everything that was looked at, good or bad, in an order for reading. */
export function diagnose(facts: Facts): Finding[] {
  const { folder } = facts
  return [
    runtime(facts),
    ...tools(facts),
    openFiles(facts),
    supervisor(facts),
    ...(folder
      ? folderFindings(folder, facts)
      : [ok('folder', `${facts.tuixDir} does not exist yet: nothing was started`)]),
    ...socket(facts),
    orphans(facts),
    ...crashes(facts),
  ]
}

function ok(check: string, message: string): Finding {
  return { check, level: 'ok', message, advice: null, fix: null }
}

function warning(check: string, message: string, advice: string, fix: Fix | null = null): Finding {
  return { check, level: 'warning', message, advice, fix }
}

function problem(check: string, message: string, advice: string, fix: Fix | null = null): Finding {
  return { check, level: 'problem', message, advice, fix }
}

function runtime({ runtime: { name, version } }: Facts): Finding {
  const floor = FLOOR[name]
  return isNewer(floor, version)
    ? problem('runtime', `${name} ${version} is too old`, `use ${name} ${floor} or newer`)
    : ok('runtime', `${name} ${version}`)
}

function tools({ platform, tools: { ss, fallocate } }: Facts): Finding[] {
  if (platform !== 'linux') {
    const missing = 'there is no /proc: what left its process group cannot be found, and ports are not known'
    return [warning('platform', missing, 'run it on Linux where that matters')]
  }
  return [
    ss ? ok('ss', 'ss is there') : warning('ss', 'ss is missing: network usage is not known', 'install iproute2'),
    fallocate
      ? ok('fallocate', 'fallocate is there')
      : warning(
          'fallocate',
          'fallocate is missing: logs are rotated by copying, which can lose lines',
          'install util-linux',
        ),
  ]
}

function openFiles({ openFiles: limit, processes }: Facts): Finding {
  const needed = FILES.base + FILES.each * processes.length
  if (limit === null || limit >= needed) return ok('open files', `${limit ?? 'unknown'} at a time`)
  return problem(
    'open files',
    `${limit} at a time, while ${processes.length} processes need ${needed}`,
    'raise it: ulimit -n',
  )
}

function supervisor({ supervisor: { recorded, lives, answers }, version, processes }: Facts): Finding {
  const unsupervised = processes.filter(({ wanted, status }) => wanted === 'up' && status !== 'error').length
  if (!recorded) {
    return unsupervised > 0
      ? problem(
          'supervisor',
          `nobody supervises, and ${unsupervised} processes are to be up`,
          'every command brings one',
          'recover',
        )
      : ok('supervisor', 'none is running, and none is needed')
  }
  const { identity, mode } = recorded
  if (!lives)
    return problem(
      'supervisor',
      `pid ${identity.pid} is gone and left its record and socket`,
      'the next start clears it away',
      'recover',
    )
  if (!answers) return problem('supervisor', `pid ${identity.pid} lives but does not answer`, 'supervisor restart')
  if (recorded.version === version) return ok('supervisor', `pid ${identity.pid}, ${mode}, version ${version}`)
  const advice = mode === 'daemon' ? 'supervisor restart' : 'restart the program that it runs in'
  return warning('supervisor', `pid ${identity.pid} has version ${recorded.version}, this is ${version}`, advice)
}

function folderFindings(folder: FolderFacts, facts: Facts): Finding[] {
  return [access(folder, facts), disk(folder), fileSystem(folder, facts), ...corrupt(folder)]
}

function access({ mode, isOwn, readable }: FolderFacts, { tuixDir }: Facts): Finding {
  if (!isOwn) return problem('folder', `${tuixDir} belongs to another user`, 'run commands as that user, or chown it')
  const open = (mode & 0o077) !== 0
  if (!open && readable.length === 0) return ok('folder', `${tuixDir} is private`)
  const what = open ? `${tuixDir} has mode ${mode.toString(8)}` : `others may read ${readable.join(', ')}`
  return problem('folder', `${what}: secrets in it are open to others`, 'chmod -R go= it', 'modes')
}

function disk({ disk: { free, total } }: FolderFacts): Finding {
  const text = `${(free / GB).toFixed(1)} of ${(total / GB).toFixed(1)} GB are free`
  if (free < GB / 10 || free < total / 100)
    return problem('disk', `it is full: ${text}`, 'make room, or empty logs: flush')
  if (free < GB || free < total / 20)
    return warning('disk', `it is nearly full: ${text}`, 'make room, or empty logs: flush')
  return ok('disk', text)
}

function fileSystem({ fileSystem: kind, collapses }: FolderFacts, { tools: { fallocate } }: Facts): Finding {
  if (kind !== null && NETWORKED.has(kind))
    return problem(
      'file system',
      `the state is on ${kind}: locks and file events are not reliable there`,
      'put it on a local disk: --tuix-dir',
    )
  if (!collapses && fallocate) {
    const message = `${kind ?? 'the file system'} cannot cut a file's beginning: logs are rotated by copying, which can lose lines`
    return warning('file system', message, 'put the state on ext4 or xfs: --tuix-dir')
  }
  return ok('file system', kind ?? 'local')
}

function corrupt({ corrupt: files }: FolderFacts): Finding[] {
  if (files.length === 0) return []
  return [warning('state', `an unusable state was set aside: ${files.join(', ')}`, 'look into it, then delete it')]
}

function socket({ supervisor: { recorded }, tuixDir }: Facts): Finding[] {
  if (!recorded || recorded.socket.startsWith(tuixDir) || recorded.socket.startsWith('\\\\')) return []
  return [ok('socket', `${recorded.socket}, since the folder's path is too long for one`)]
}

/** What no supervisor knows the next one takes over; with one there, nobody will. */
function orphans({ orphans: found, supervisor: { answers } }: Facts): Finding {
  if (found.length === 0) return ok('orphans', 'none')
  const list = found.map(({ pid, name, command }) => `pid ${pid} of ${name} (${command})`).join(', ')
  const message = `what nothing supervises runs: ${list}`
  return answers
    ? problem('orphans', message, 'end them', 'end-orphans')
    : problem('orphans', message, 'every command that brings a supervisor has it take them over', 'recover')
}

function crashes({ processes, lastWords }: Facts): Finding[] {
  const failing = processes.filter(({ status, wanted, failures }) => {
    return (wanted === 'up' && failures >= LOOP && status !== 'running') || status === 'error'
  })
  if (failing.length === 0) return [ok('crashes', 'no process fails again and again')]
  return failing.map(({ config: { name }, status, failures, reason }) => {
    const times = failures > 0 ? `failed ${failures} times in a row` : 'could not be started'
    const words = lastWords[name] ? `; it said: ${lastWords[name]}` : ''
    const gaveUp = status === 'error' ? ', and was given up' : ''
    return problem('crashes', `${name} ${times}${gaveUp}${reason ? `: ${reason}` : ''}${words}`, `logs ${name}`)
  })
}
