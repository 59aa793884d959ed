import type { ProcessConfig, ResolvedProcess } from '../../model/config.ts'

const DEFAULTS = {
  maxLogSize: 10,
  maxLogFiles: 5,
  compressLogs: false,
  mergeLogs: false,
} satisfies Partial<ProcessConfig>

/** The part of a resolved process that these settings make. */
export function resolveLogging({ logFile, errorFile, ...config }: ProcessConfig) {
  return {
    ...(logFile !== undefined && { logFile }),
    ...(errorFile !== undefined && { errorFile }),
    maxLogSize: config.maxLogSize ?? DEFAULTS.maxLogSize,
    maxLogFiles: config.maxLogFiles ?? DEFAULTS.maxLogFiles,
    compressLogs: config.compressLogs ?? DEFAULTS.compressLogs,
    mergeLogs: config.mergeLogs ?? DEFAULTS.mergeLogs,
  } satisfies Partial<ResolvedProcess>
}
