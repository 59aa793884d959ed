import { isRecord } from '../model/config/shape.ts'
import { ERROR_CODES, type ErrorCode, ProcessManagerError } from '../model/errors.ts'

/* What a test runner and its host say to each other: a line of JSON each, over the host's stdin and stdout. */

/** Supervise a stack, or stop and remove it. */
export interface HostRequest {
  id: number
  action: 'open' | 'remove'
  /** Absolute path of the stack. */
  stack: string
}

export interface HostAnswer {
  id: number
  /** Absent: it is done. */
  error?: { code: ErrorCode; message: string }
}

export function parseRequest(line: string): HostRequest | undefined {
  const value = parsed(line)
  const { id, action, stack } = isRecord(value) ? value : {}
  if (typeof id !== 'number' || typeof stack !== 'string') return undefined
  return action === 'open' || action === 'remove' ? { id, action, stack } : undefined
}

export function parseAnswer(line: string): HostAnswer | undefined {
  const value = parsed(line)
  if (!isRecord(value) || typeof value.id !== 'number') return undefined
  const { id, error } = value
  if (!isRecord(error)) return { id }
  const code = ERROR_CODES.find((each) => each === error.code) ?? 'internal'
  return { id, error: { code, message: String(error.message) } }
}

export function answerOf(id: number, error?: unknown): HostAnswer {
  if (error === undefined) return { id }
  const code = error instanceof ProcessManagerError ? error.code : 'internal'
  return { id, error: { code, message: error instanceof Error ? error.message : String(error) } }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
