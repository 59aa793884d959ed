import type { ProcessConfig, ResolvedProcess } from '../../model/config/config.ts'
import type { Measured } from '../../model/config/units.ts'

const DEFAULTS = {
  maxLogSize: 10,
  maxLogFiles: 5,
  compressLogs: false,
  mergeLogs: false,
} satisfies Partial<ProcessConfig>

/** The settings about logs, with defaults. */
export function resolveLogging({ logFile, errorFile, ...config }: Measured<ProcessConfig>) {
  return {
    ...(logFile !== undefined && { logFile }),
    ...(errorFile !== undefined && { errorFile }),
    maxLogSize: config.maxLogSize ?? DEFAULTS.maxLogSize,
    maxLogFiles: config.maxLogFiles ?? DEFAULTS.maxLogFiles,
    compressLogs: config.compressLogs ?? DEFAULTS.compressLogs,
    mergeLogs: config.mergeLogs ?? DEFAULTS.mergeLogs,
  } satisfies Partial<ResolvedProcess>
}
