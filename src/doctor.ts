import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from './client/client.ts'
import { readInfo, readState } from './client/discover.ts'
import { canCollapse } from './logs/probe.ts'
import { lastLines } from './logs/tail.ts'
import type { Facts, Finding, Fix, FolderFacts, Orphan } from './model/doctor.ts'
import { diagnose } from './model/doctor.ts'
import { maskArguments, maskText } from './model/mask.ts'
import { sourceOf } from './model/paths.ts'
import type { ManagedProcess } from './model/process.ts'
import { findOrphans } from './orphans.ts'
import { makePrivate, readableByOthers } from './system/access.ts'
import { isInstalled, openFileLimit } from './system/capabilities.ts'
import { fileSystemOf } from './system/file-system.ts'
import { identify, isAlive } from './system/identity.ts'
import { signalProcess } from './system/kill.ts'
import { readCommandLine } from './system/proc.ts'
import { answers } from './system/socket.ts'
import { VERSION } from './version.ts'

/** ms from asking orphans to end to SIGKILL. */
const PATIENCE = 5000
/** ms that a supervisor has to say what it has. */
const ANSWER_WITHIN = 2000

/** Looks at a state folder and the machine. Needs no supervisor, and brings up none. */
export async function examine(tuixDir: string): Promise<Finding[]> {
  return diagnose(await gather(tuixDir))
}

/** Mends what can be; resolves with what is found afterwards. */
export async function mend(tuixDir: string, recover: () => Promise<unknown>): Promise<Finding[]> {
  const isNeeded = async (fix: Fix) => (await examine(tuixDir)).some((finding) => finding.fix === fix)
  if (await isNeeded('modes')) makePrivate(tuixDir)
  // First: what it takes over is no orphan any more.
  if (await isNeeded('recover')) await recover()
  if (await isNeeded('end-orphans')) await end((await gather(tuixDir)).orphans)
  return await examine(tuixDir)
}

async function gather(tuixDir: string): Promise<Facts> {
  const recorded = readInfo(tuixDir)
  const processes = readState(tuixDir)
  const isAnswering = recorded !== null && (await answers(recorded.socket))
  return {
    runtime: process.versions.bun
      ? { name: 'bun', version: process.versions.bun }
      : { name: 'node', version: process.versions.node },
    version: VERSION,
    platform: process.platform,
    tools: { ss: isInstalled('ss', '-V'), fallocate: isInstalled('fallocate', '--version') },
    tuixDir,
    folder: await folderFacts(tuixDir),
    supervisor: { recorded, lives: recorded !== null && isAlive(recorded.identity), answers: isAnswering },
    processes,
    lastWords: await lastWords(tuixDir, processes),
    orphans: await orphansOf(tuixDir, processes, isAnswering ? recorded.socket : null),
    openFiles: openFileLimit(recorded && isAnswering ? recorded.identity.pid : process.pid),
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
    // Nothing is tried in another user's folder.
    collapses: !isOwn || (await canCollapse(join(tuixDir, '.doctor'))),
  }
}

async function lastWords(tuixDir: string, processes: ManagedProcess[]): Promise<Record<string, string>> {
  const failing = processes.filter(({ failures, status }) => failures > 0 || status === 'error')
  const words = failing.map(async (process) => {
    const [line = ''] = await lastLines(sourceOf(tuixDir, process), 1).catch(() => [])
    return [process.config.name, maskText(line)] as const
  })
  return Object.fromEntries(await Promise.all(words))
}

/** What a supervisor has just taken over or started may be on disk a moment later: it is asked. One that does not say leaves doubt. */
async function orphansOf(tuixDir: string, processes: ManagedProcess[], socket: string | null): Promise<Orphan[]> {
  const found = findOrphans(tuixDir, processes)
  if (found.length === 0) return []
  const asked = socket === null ? [] : new Client(socket).trees().catch(() => null)
  const trees = await Promise.race([asked, pause(ANSWER_WITHIN, null, { ref: false })])
  if (trees === null) return []
  const supervised = trees.filter((tree) => tree.pid !== null).flatMap(({ members }) => members.map(({ pid }) => pid))
  return found
    .filter(({ pid }) => !supervised.includes(pid))
    .map(({ pid, name }) => ({ pid, name, command: commandOf(pid) }))
}

function commandOf(pid: number): string {
  return maskArguments(readCommandLine(pid)).join(' ')
}

/** Asks them to end, and kills those that do not. A pid that has passed to another process is left alone. */
async function end(orphans: Orphan[]): Promise<void> {
  const identities = orphans.flatMap(({ pid }) => identify(pid) ?? [])
  for (const identity of identities) signalProcess(identity, 'SIGTERM')
  for (const begun = Date.now(); identities.some(isAlive) && Date.now() - begun < PATIENCE; ) await pause(50)
  for (const identity of identities) signalProcess(identity, 'SIGKILL')
  for (const begun = Date.now(); identities.some(isAlive) && Date.now() - begun < PATIENCE; ) await pause(50)
}
