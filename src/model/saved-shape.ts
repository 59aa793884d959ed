import type { ResolvedProcess } from './config.ts'
import { FILE_NAME } from './file-name.ts'
import type { ManagedProcess } from './process.ts'

/**
 * What of a saved process is of another kind than everything else relies on: `config.env`; undefined: nothing. A file that
 * somebody edited, or that a disk damaged, is refused as a whole rather than believed in parts.
 */
export function misshapen(process: ManagedProcess): string | undefined {
  const { config, logStart, lastExit, identity, survivors } = process
  const setting = misshapenConfig(config)
  if (setting !== undefined) return `config.${setting}`
  return firstWrong([
    ...(['run', 'restarts', 'failures', 'changedAt'] as const).map((key): [string, boolean] => [
      key,
      isNumber(process[key]),
    ]),
    ['reason', isText(process.reason)],
    ['logStart', isRecord(logStart) && isNumber(logStart.stdout) && isNumber(logStart.stderr)],
    ['lastExit', lastExit === null || (isRecord(lastExit) && isNumber(lastExit.lasted) && isNumber(lastExit.at))],
    ['identity', identity === null || isIdentity(identity)],
    ['owner', process.owner === null || isIdentity(process.owner)],
    ['survivors', isListOf(survivors, isIdentity)],
    ['changes', isListOf(process.changes, isRecord)],
    ['health', process.health === null || (isRecord(process.health) && Array.isArray(process.health.history))],
  ])
}

/** The same for a config, whoever says that its schema has checked it: `env`. */
export function misshapenConfig(config: ResolvedProcess): string | undefined {
  return firstWrong([
    ['name', isText(config.name) && FILE_NAME.test(config.name)],
    ['command', isText(config.command)],
    ['cwd', isText(config.cwd)],
    ['args', isListOf(config.args, isText)],
    ['env', isRecordOf(config.env, isText)],
    ['hooks', isRecordOf(config.hooks, isText)],
    ['dependsOn', isRecordOf(config.dependsOn, isText)],
    ['stopExitCodes', isListOf(config.stopExitCodes, isNumber)],
    ['healthCheck', config.healthCheck === null || isRecord(config.healthCheck)],
    ['watch', config.watch === null || isRecord(config.watch)],
    ...(['restartDelay', 'maxRestarts', 'stopTimeout', 'minUptime', 'startTimeout', 'instances'] as const).map(
      (key): [string, boolean] => [key, isNumber(config[key])],
    ),
  ])
}

/** Names of things with whether they are right. */
function firstWrong(checks: [string, boolean][]): string | undefined {
  return checks.find(([, isRight]) => !isRight)?.[0]
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => Number.isFinite(value)

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf(value: unknown, isRight: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isRight)
}

function isRecordOf(value: unknown, isRight: (item: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value as object).every(isRight)
}

function isIdentity(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { pid, startTime, bootId } = value as Record<string, unknown>
  return Number.isInteger(pid) && isNumber(startTime) && isText(bootId)
}
