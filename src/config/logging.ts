import * as z from 'zod/mini'
import type { ProcessConfig } from '../model/config.ts'
import { filled, flag, whole } from './values.ts'

/** Where a process's output goes and how much of it is kept: the schema of those settings. */

export const loggingShape = {
  logFile: z.exactOptional(filled('a file')),
  errorFile: z.exactOptional(filled('a file')),
  maxLogSize: z.exactOptional(whole(' of MB', 1, 1_000_000)),
  maxLogFiles: z.exactOptional(whole('', 0, 100_000)),
  compressLogs: z.exactOptional(flag),
  mergeLogs: z.exactOptional(flag),
} satisfies Partial<Record<keyof ProcessConfig, z.ZodMiniType>>
