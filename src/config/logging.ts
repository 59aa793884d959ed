import * as z from 'zod/mini'
import type { ProcessConfig } from '../model/config/config.ts'
import { flag, integer, logPath, size } from './values.ts'

/** Schema of the settings about logs. */

export const loggingShape = {
  logFile: z.exactOptional(logPath),
  errorFile: z.exactOptional(logPath),
  maxLogSize: z.exactOptional(size(1_000_000, 1000)),
  maxLogFiles: z.exactOptional(integer('', 0, 100_000)),
  compressLogs: z.exactOptional(flag),
  mergeLogs: z.exactOptional(flag),
} satisfies Partial<Record<keyof ProcessConfig, z.ZodMiniType>>
