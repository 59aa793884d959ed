import * as z from 'zod/mini'
import type { ProcessConfig, ResolvedProcess } from '../model/config.ts'
import { filled, flag, whole } from './values.ts'

/** Where a process's output goes and how much of it is kept: the schema of those settings, and their defaults. */

const DEFAULTS = {
  maxLogSize: 10,
  maxLogFiles: 5,
  compressLogs: false,
  mergeLogs: false,
} satisfies Partial<ProcessConfig>

export const loggingShape = {
  logFile: z.exactOptional(filled('a file')),
  errorFile: z.exactOptional(filled('a file')),
  maxLogSize: z.exactOptional(whole(' of MB', 1, 1_000_000)),
  maxLogFiles: z.exactOptional(whole('', 0, 100_000)),
  compressLogs: z.exactOptional(flag),
  mergeLogs: z.exactOptional(flag),
} satisfies Partial<Record<keyof ProcessConfig, z.ZodMiniType>>

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
