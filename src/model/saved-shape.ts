import type { ManagedProcess } from './process.ts'

/**
 * What of a saved process is of another kind than everything else relies on: `config.env`; undefined: nothing. A file that
 * somebody edited, or that a disk damaged, is refused as a whole rather than believed in parts.
 */
export function misshapen(process: ManagedProcess): string | undefined {
  const { config, logStart, lastExit, identity, survivors } = process
  const checks: [string, boolean][] = [
    ['config.command', isText(config.command)],
    ['config.cwd', isText(config.cwd)],
    ['config.args', isListOf(config.args, isText)],
    ['config.env', isRecordOf(config.env, isText)],
    ['config.hooks', isRecordOf(config.hooks, isText)],
    ['config.dependsOn', isRecordOf(config.dependsOn, isText)],
    ['config.stopExitCodes', isListOf(config.stopExitCodes, isNumber)],
    ['config.healthCheck', config.healthCheck === null || isRecord(config.healthCheck)],
    ['config.watch', config.watch === null || isRecord(config.watch)],
    ...(['restartDelay', 'maxRestarts', 'stopTimeout', 'minUptime', 'startTimeout', 'instances'] as const).map(
      (key): [string, boolean] => [`config.${key}`, isNumber(config[key])],
    ),
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
  ]
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
