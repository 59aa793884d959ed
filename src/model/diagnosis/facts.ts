import { type BootFacts, bootProblems } from '../boot/status.ts'
import * as describe from '../lifecycle/describe.ts'
import { wasReady } from '../lifecycle/phase.ts'
import type { ManagedProcess } from '../lifecycle/process.ts'
import { isNewer } from '../text/semver.ts'
import { counted } from '../text/text.ts'
import { type LostLog, lostText } from '../views/logs.ts'
import type { SupervisorInfo } from '../views/supervisor-info.ts'

/** The result of one check. */
export interface Finding {
  /** Stable name for programs: `disk`, `orphans`. */
  check: string
  /** `warning`: something works less well than it could; `problem`: something is wrong. */
  level: 'ok' | 'warning' | 'problem'
  message: string
  /** What the user should do; null if nothing. */
  advice: string | null
  /** How `--fix` repairs it; null if it cannot. */
  fix: Fix | null
}

/**
 * `recover` starts a supervisor, which cleans up and takes over; `end-orphans` kills orphans; `modes` makes files
 * private.
 */
export type Fix = 'recover' | 'end-orphans' | 'modes'

/** Facts about a state folder and the machine. */
export interface Facts {
  runtime: { name: 'node' | 'bun'; version: string }
  /** Version of this program. */
  version: string
  platform: string
  tools: { ss: boolean; fallocate: boolean }
  tuixDir: string
  /** Null if the folder does not exist yet. */
  folder: FolderFacts | null
  supervisor: SupervisorFacts
  processes: ManagedProcess[]
  /** The line of each failing process that says best why, by name. */
  lastWords: Record<string, string>
  orphans: Orphan[]
  lostLogs: LostLog[]
  /** The services that start the folder's processes at boot. */
  boot?: BootFacts[]
  /** Supervisors of other folders that are gone. */
  homeless?: HomelessSupervisor[]
  /** Limit of open files of this program; null if unknown. */
  openFiles: number | null
}

export interface FolderFacts {
  /** Permission bits. */
  mode: number
  isOwn: boolean
  /** Files in the folder that other users may read. */
  readable: string[]
  /** State files that were set aside as unusable. */
  corrupt: string[]
  /** Bytes. */
  disk: { free: number; total: number }
  /** `nfs`, `ext4`, …; null if it is none of the known kinds. */
  fileSystem: string | null
  /** The file system can cut off the beginning of a log in place. */
  collapses: boolean
}

export interface SupervisorFacts {
  /** Content of `supervisor.json`; null if there is none. */
  recorded: SupervisorInfo | null
  /** The recorded process is alive. */
  lives: boolean
  /** The supervisor accepts connections. */
  answers: boolean
  /** The file of the program that it runs on was deleted or replaced. */
  lostProgram?: boolean
}

/** A process with a marker of this folder that belongs to no running process of it. */
export interface Orphan {
  pid: number
  /** Managed process that it was part of. */
  name: string
  command: string
}

/** A supervisor whose state folder was deleted. */
export interface HomelessSupervisor {
  pid: number
  folder: string
}

const FLOOR = { node: '20.19.0', bun: '1.3.0' } as const
const NETWORKED = new Set(['nfs', 'cifs', 'smb', '9p', 'ceph', 'fuse'])
/** Bytes. */
const GB = 1_000_000_000
/** Descriptors that a supervisor needs for itself, and about as many as it needs for each process. */
const FILES = { base: 64, each: 4 }
/** Consecutive failures that count as a restart loop. */
const LOOP = 3

/** Runs every check and returns all findings, good or bad, in reading order. */
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
    ...(facts.boot ?? []).flatMap(boot),
    orphans(facts),
    ...(facts.homeless ?? []).map(homeless),
    ...facts.lostLogs.map((lost) => problem('logs', lostText(lost), logAdvice(lost))),
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
    const missing =
      'this system has no /proc: a process that has left both its process group and its parent is not found, and ports are unknown'
    return [warning('platform', missing, 'use Linux if that matters')]
  }
  return [
    ss ? ok('ss', 'installed') : warning('ss', 'ss is missing: network usage is unknown', 'install iproute2'),
    fallocate
      ? ok('fallocate', 'installed')
      : warning(
          'fallocate',
          'fallocate is missing: logs are rotated by copying, which can lose lines',
          'install util-linux',
        ),
  ]
}

function openFiles({ openFiles: limit, processes }: Facts): Finding {
  const needed = FILES.base + FILES.each * processes.length
  if (limit === null || limit >= needed) return ok('open files', `limit: ${limit ?? 'unknown'}`)
  return problem(
    'open files',
    `limit: ${limit}, but ${processes.length} processes need ${needed}`,
    'raise it: ulimit -n',
  )
}

function supervisor({ supervisor: { recorded, lives, answers, lostProgram }, version, processes }: Facts): Finding {
  const unsupervised = processes.filter(({ wanted, phase }) => wanted === 'up' && phase.type !== 'failed').length
  if (!recorded) {
    return unsupervised > 0
      ? problem(
          'supervisor',
          `not running, though ${counted(unsupervised, 'process', 'processes')} should be up`,
          'the next start launches one',
          'recover',
        )
      : ok('supervisor', 'not running, and not needed')
  }
  const { identity, mode } = recorded
  if (!lives)
    return problem(
      'supervisor',
      `pid ${identity.pid} is gone, but its record and socket remain`,
      'the next start removes them',
      'recover',
    )
  if (!answers) return problem('supervisor', `pid ${identity.pid} is alive but does not answer`, 'supervisor restart')
  const advice = mode === 'daemon' ? 'supervisor restart' : 'restart the program that it runs in'
  if (lostProgram) {
    return warning(
      'supervisor',
      `the ${recorded.runtime} that pid ${identity.pid} runs on was deleted or replaced`,
      advice,
    )
  }
  if (recorded.version === version) return ok('supervisor', `pid ${identity.pid}, ${mode}, version ${version}`)
  const message = `pid ${identity.pid} has version ${recorded.version}, but this program has version ${version}`
  return warning('supervisor', message, advice)
}

function folderFindings(folder: FolderFacts, facts: Facts): Finding[] {
  return [access(folder, facts), disk(folder), fileSystem(folder, facts), ...corrupt(folder)]
}

function access({ mode, isOwn, readable }: FolderFacts, { tuixDir }: Facts): Finding {
  if (!isOwn) return problem('folder', `${tuixDir} belongs to another user`, 'run commands as that user, or chown it')
  const open = (mode & 0o077) !== 0
  if (!open && readable.length === 0) return ok('folder', `${tuixDir} is private`)
  const message = open
    ? `${tuixDir} has mode ${mode.toString(8)}, so other users may read the secrets in it`
    : `other users may read ${readable.join(', ')}, which may contain secrets`
  return problem('folder', message, `chmod -R go= ${tuixDir}`, 'modes')
}

function disk({ disk: { free, total } }: FolderFacts): Finding {
  const text = `${sizeText(free)} of ${sizeText(total)} free`
  if (free < GB / 10 || free < total / 100) return problem('disk', `full: ${text}`, 'free space, or empty logs: flush')
  if (free < GB || free < total / 20) return warning('disk', `nearly full: ${text}`, 'free space, or empty logs: flush')
  return ok('disk', text)
}

/** `0 KB`, `812 KB`, `1.4 MB`, `20.1 GB`, in decimal units. */
function sizeText(bytes: number): string {
  if (bytes < GB / 1000) return `${Math.round(bytes / 1000)} KB`
  return bytes < GB ? `${(bytes / (GB / 1000)).toFixed(1)} MB` : `${(bytes / GB).toFixed(1)} GB`
}

function fileSystem({ fileSystem: kind, collapses }: FolderFacts, { tools: { fallocate } }: Facts): Finding {
  if (kind !== null && NETWORKED.has(kind))
    return problem(
      'file system',
      `the state is on ${kind}, where locks and file events are unreliable`,
      'put it on a local disk: --tuix-dir',
    )
  if (!collapses && fallocate) {
    const message = `${kind ?? 'the file system'} cannot cut off the beginning of a file: logs are rotated by copying, which can lose lines`
    return warning('file system', message, 'put the state on ext4 or xfs: --tuix-dir')
  }
  return ok('file system', kind ?? 'local')
}

function corrupt({ corrupt: files }: FolderFacts): Finding[] {
  if (files.length === 0) return []
  return [
    warning('state', `unusable state files were set aside: ${files.join(', ')}`, 'examine them, then delete them'),
  ]
}

function socket({ supervisor: { recorded }, tuixDir }: Facts): Finding[] {
  if (!recorded || recorded.socket.startsWith(tuixDir) || recorded.socket.startsWith('\\\\')) return []
  return [ok('socket', `${recorded.socket}, since the path of the state folder is too long`)]
}

function boot(facts: BootFacts): Finding[] {
  const problems = bootProblems(facts)
  if (problems.length === 0) return [ok('boot', `enabled: ${facts.name}`)]
  return problems.map(({ isSevere, message, advice }) => (isSevere ? problem : warning)('boot', message, advice))
}

/** Without a supervisor, the next one takes orphans over. One that runs already has not recognised them and never will. */
function orphans({ orphans: found, supervisor: { answers } }: Facts): Finding {
  if (found.length === 0) return ok('orphans', 'none')
  const list = found.map(({ pid, name, command }) => `pid ${pid} of ${name} (${command})`).join(', ')
  const message = `unsupervised processes: ${list}`
  return answers
    ? problem('orphans', message, 'kill them', 'end-orphans')
    : problem('orphans', message, 'the next start launches a supervisor, which takes them over', 'recover')
}

/** It stops its processes and ends by itself within seconds, unless it hangs. */
function homeless({ pid, folder }: HomelessSupervisor): Finding {
  return warning('supervisors', `pid ${pid} supervises ${folder}, which is gone`, `if it stays: kill -KILL ${pid}`)
}

function logAdvice({ name, type }: LostLog): string {
  return type === 'no-file' ? 'give it another `logFile` or `errorFile`' : `restart ${name}`
}

function crashes({ processes, lastWords }: Facts): Finding[] {
  const failing = processes.filter(({ phase, wanted, failures }) => {
    return (wanted === 'up' && failures >= LOOP && !wasReady(phase)) || phase.type === 'failed'
  })
  if (failing.length === 0) return [ok('crashes', 'no process fails repeatedly')]
  return failing.map((process) => {
    const { phase, failures } = process
    const { name } = process.config
    const reason = describe.reason(process)
    const often = failures === 1 ? 'failed once' : `failed ${failures} times in a row`
    const times = failures > 0 ? often : 'could not be started'
    const words = lastWords[name] ? `; it wrote: ${lastWords[name]}` : ''
    const gaveUp = phase.type === 'failed' ? ' and was given up' : ''
    return problem('crashes', `${name} ${times}${gaveUp}${reason ? `: ${reason}` : ''}${words}`, `logs ${name}`)
  })
}
