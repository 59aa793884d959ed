import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bootFacts } from '../boot/services.ts'
import { createClient } from '../client/client.ts'
import { readInfo } from '../client/discover.ts'
import { readState } from '../client/read-state.ts'
import { answersRequests } from '../client/silence.ts'
import { lostLogs } from '../logs/files/lost.ts'
import { readLogs } from '../logs/reading/read.ts'
import { lastError, lastLines } from '../logs/reading/tail.ts'
import type { Facts, Finding, Fix, FolderFacts, Orphan } from '../model/diagnosis/facts.ts'
import { diagnose } from '../model/diagnosis/facts.ts'
import { leaderOf } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { maskArguments, maskText } from '../model/redaction/mask.ts'
import type { LogSource } from '../model/views/logs.ts'
import { sourceOf } from '../storage/paths.ts'
import { fileSystemOf } from '../system/fs/file-system.ts'
import { monotonic } from '../system/monotonic.ts'
import { identify, isAlive } from '../system/process/identity.ts'
import { signalProcess } from '../system/process/kill.ts'
import { readCommandLine } from '../system/process/proc.ts'
import { lostProgram } from '../system/process/runtime.ts'
import { VERSION } from '../version.ts'
import { makePrivate, readableByOthers } from './access.ts'
import { isInstalled, openFileLimit } from './capabilities.ts'
import { canCollapse } from './cut-test.ts'
import { findHomeless } from './homeless.ts'
import { findOrphans } from './orphans.ts'

/** Time in ms from SIGTERM to SIGKILL for orphans. */
const KILL_AFTER = 5000
/** Time limit in ms for a supervisor to list its trees. */
const ANSWER_TIMEOUT = 2000

/** Examines a state folder and the machine. It needs no supervisor and starts none. */
export async function examine(tuixDir: string): Promise<Finding[]> {
  return diagnose(await collectFacts(tuixDir))
}

/** Repairs what can be repaired. Resolves to the findings afterwards. */
export async function repair(tuixDir: string, recover: () => Promise<unknown>): Promise<Finding[]> {
  const isNeeded = async (fix: Fix) => (await examine(tuixDir)).some((finding) => finding.fix === fix)
  if (await isNeeded('modes')) makePrivate(tuixDir)
  // Before orphans are killed, since a supervisor takes over those that it recognises.
  if (await isNeeded('recover')) await recover()
  if (await isNeeded('end-orphans')) await endOrphans((await collectFacts(tuixDir)).orphans)
  return await examine(tuixDir)
}

async function collectFacts(tuixDir: string): Promise<Facts> {
  const recorded = readable(() => readInfo(tuixDir), null)
  const processes = readable(() => readState(tuixDir), [])
  const isAnswering = recorded !== null && (await answersRequests(recorded.socket))
  return {
    runtime: process.versions.bun
      ? { name: 'bun', version: process.versions.bun }
      : { name: 'node', version: process.versions.node },
    version: VERSION,
    platform: process.platform,
    tools: { ss: isInstalled('ss', '-V'), fallocate: isInstalled('fallocate', '--version') },
    tuixDir,
    folder: await folderFacts(tuixDir),
    supervisor: {
      recorded,
      lives: recorded !== null && isAlive(recorded.identity),
      answers: isAnswering,
      lostProgram: recorded !== null && isAnswering && lostProgram(recorded.identity.pid),
    },
    processes,
    lastWords: await lastWords(tuixDir, processes),
    orphans: await orphansOf(tuixDir, processes, isAnswering ? recorded.socket : null),
    lostLogs: lostLogs(
      processes.map((process) => ({ ...sourceOf(tuixDir, process), pid: leaderOf(process.phase)?.pid ?? null })),
    ),
    boot: readable(() => bootFacts(tuixDir), []),
    homeless: findHomeless(),
    openFiles: openFileLimit(recorded && isAnswering ? recorded.identity.pid : process.pid),
  }
}

/** What is in a folder of another user counts as absent, and the check of the folder says why. */
function readable<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read()
  } catch {
    return otherwise
  }
}

async function folderFacts(tuixDir: string): Promise<FolderFacts | null> {
  const stat = statSync(tuixDir, { throwIfNoEntry: false })
  if (!stat) return null
  const { kind, free, total } = fileSystemOf(tuixDir)
  const isOwn = stat.uid === (process.getuid?.() ?? stat.uid)
  return {
    mode: stat.mode & 0o777,
    isOwn,
    readable: isOwn ? readableByOthers(tuixDir) : [],
    corrupt: isOwn ? readdirSync(tuixDir).filter((name) => /^state\.json(?:\.bak)?\.corrupt-/.test(name)) : [],
    disk: { free, total },
    fileSystem: kind,
    // No file is written in another user's folder.
    collapses: !isOwn || (await canCollapse(join(tuixDir, '.doctor'))),
  }
}

async function lastWords(tuixDir: string, processes: ManagedProcess[]): Promise<Record<string, string>> {
  const failing = processes.filter(({ failures, phase }) => failures > 0 || phase.type === 'failed')
  const words = failing.map(async (process) => {
    const line = await lastWordsOf(process, sourceOf(tuixDir, process)).catch(() => '')
    return [process.config.name, maskText(line)] as const
  })
  return Object.fromEntries(await Promise.all(words))
}

async function lastWordsOf({ lastExit }: ManagedProcess, source: LogSource): Promise<string> {
  const run = lastExit ? { since: lastExit.at - lastExit.lasted } : {}
  const error = await lastError((query) => readLogs([source], query), run)
  return error ?? (await lastLines(source, 1))[0] ?? ''
}

/**
 * Asks the supervisor before a process counts as an orphan, since what it has just started or adopted may not be on
 * disk yet. If it does not answer, none counts.
 */
async function orphansOf(tuixDir: string, processes: ManagedProcess[], socket: string | null): Promise<Orphan[]> {
  const found = findOrphans(tuixDir, processes)
  if (found.length === 0) return []
  const asked =
    socket === null
      ? []
      : createClient(socket)
          .trees({})
          .catch(() => null)
  const trees = await Promise.race([asked, pause(ANSWER_TIMEOUT, null, { ref: false })])
  if (trees === null) return []
  const supervised = trees.filter((tree) => tree.pid !== null).flatMap(({ members }) => members.map(({ pid }) => pid))
  return found
    .filter(({ pid }) => !supervised.includes(pid))
    .map(({ pid, name }) => ({ pid, name, command: commandOf(pid) }))
}

function commandOf(pid: number): string {
  return maskArguments(readCommandLine(pid)).join(' ')
}

/** Ends orphans by SIGTERM, then SIGKILL. A pid that has passed to another process is left alone. */
async function endOrphans(orphans: Orphan[]): Promise<void> {
  const identities = orphans.flatMap(({ pid }) => identify(pid) ?? [])
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const identity of identities) signalProcess(identity, signal)
    for (const begun = monotonic(); identities.some(isAlive) && monotonic() - begun < KILL_AFTER; ) await pause(50)
  }
}
