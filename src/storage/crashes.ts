import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { FILE_NAME } from '../model/config/file-name.ts'
import { isListOf, isNumber, isRecord, isRecordOf, isText } from '../model/config/shape.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { briefOf, type CrashBrief, type CrashReport, type GoodRun } from '../model/views/crash-report.ts'
import { writeAtomicSync } from '../system/fs/files.ts'
import { jsonIn } from '../system/fs/plain-file.ts'
import { pathsOf } from './paths.ts'

/** Reports that are kept in a folder, of all processes. */
const MOST = 20
const ID = /^(.{1,64})-\d{1,15}$/
const REPORT = 'report.json'

export function crashId(name: string, run: number): string {
  return `${name}-${run}`
}

/**
 * The crash reports of a folder, newest first.
 *
 * @param name of the process; absent: of all
 */
export function listCrashes(tuixDir: string, name?: string): CrashBrief[] {
  return readCrashes(tuixDir)
    .filter((report) => name === undefined || report.name === name)
    .map(briefOf)
}

/** The same in full, of all processes. */
export function readCrashes(tuixDir: string): CrashReport[] {
  return idsIn(tuixDir)
    .flatMap((id) => read(tuixDir, id) ?? [])
    .sort((a, b) => b.time - a.time || b.run - a.run)
}

/** @throws ProcessManagerError `usage` if there is no such report */
export function readCrash(tuixDir: string, id: string): CrashReport {
  const report = isId(id) ? read(tuixDir, id) : undefined
  if (report) return report
  const known = readCrashes(tuixDir).map((one) => one.id)
  const available = known.length === 0 ? 'there is none' : `available: ${known.join(', ')}`
  throw new ProcessManagerError('usage', `no crash report is named \`${id}\`; ${available}`)
}

/**
 * Writes a report, and deletes those that are too many. Throws what the file system throws.
 *
 * @param known ids of those that there are, newest first
 */
export function writeCrash(tuixDir: string, report: CrashReport, known: string[]): void {
  const { crashes } = pathsOf(tuixDir)
  makeOwnFolder(crashes)
  // Half of a report, of a supervisor that was killed.
  for (const name of readdirSync(crashes)) if (name.endsWith('.tmp')) remove(`${crashes}/${name}`)
  const next = `${crashes}/${report.id}.tmp`
  try {
    mkdirSync(next, { mode: 0o700 })
    writeFileSync(`${next}/${REPORT}`, JSON.stringify(report, null, 2), { mode: 0o600 })
    remove(`${crashes}/${report.id}`)
    renameSync(next, `${crashes}/${report.id}`)
  } catch (error) {
    remove(next)
    throw error
  }
  const kept = new Set([report.id, ...known.filter((id) => id !== report.id)].slice(0, MOST))
  for (const id of idsIn(tuixDir)) if (!kept.has(id)) removeCrash(tuixDir, id)
}

export function removeCrash(tuixDir: string, id: string): void {
  remove(`${pathsOf(tuixDir).crashes}/${id}`)
}

/** The last run of a process that came up and stayed up. A file that cannot be read is none. */
export function readGoodRun(tuixDir: string, name: string): GoodRun | null {
  const run = jsonIn(goodRunFile(tuixDir, name))
  return isRecord(run) && isNumber(run.run) && isRecord(run.config) && isRecordOf(run.secrets, isText)
    ? (run as unknown as GoodRun)
    : null
}

/** Throws what the file system throws. */
export function writeGoodRun(tuixDir: string, run: GoodRun): void {
  makeOwnFolder(pathsOf(tuixDir).goodRuns)
  writeAtomicSync(goodRunFile(tuixDir, run.config.name), JSON.stringify(run), false)
}

export function removeGoodRun(tuixDir: string, name: string): void {
  if (!existsSync(pathsOf(tuixDir).goodRuns)) return
  makeOwnFolder(pathsOf(tuixDir).goodRuns)
  rmSync(goodRunFile(tuixDir, name), { force: true })
}

function goodRunFile(tuixDir: string, name: string): string {
  return `${pathsOf(tuixDir).goodRuns}/${name}.json`
}

/** Makes a folder unless it is there. A link to another one is refused: what is there is not ours to write and delete. */
function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { mode: 0o700, recursive: true })
  if (lstatSync(folder).isSymbolicLink()) throw new Error(`${folder} is a symbolic link, which is not followed`)
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

function idsIn(tuixDir: string): string[] {
  try {
    return readdirSync(pathsOf(tuixDir).crashes).filter(isId)
  } catch {
    return []
  }
}

function isId(id: string): boolean {
  return FILE_NAME.test(ID.exec(id)?.[1] ?? '')
}

/** Undefined if it is missing, half deleted or damaged. */
function read(tuixDir: string, id: string): CrashReport | undefined {
  const report = jsonIn(`${pathsOf(tuixDir).crashes}/${id}/${REPORT}`)
  return isReport(report) && report.id === id && crashId(report.name, report.run) === id ? report : undefined
}

function isReport(value: unknown): value is CrashReport {
  if (!isRecord(value)) return false
  const { name, run, time, message, failures, causes, stdout, stderr, environment, config } = value
  return (
    [name, message].every(isText) &&
    [run, time, failures].every(isNumber) &&
    [causes, stdout, stderr].every((list) => isListOf(list, isRecord)) &&
    isRecord(environment) &&
    isRecord(config)
  )
}
