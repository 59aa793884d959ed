import { stripVTControlCharacters } from 'node:util'
import type { LogOrigin, ProcessLog } from '../model/views/logs.ts'

const ORIGINS: Record<LogOrigin, string> = { stdout: ' ', stderr: '!', system: '*' }

/** Lines of logs for people: time, name and text. Lines on stderr have a `!`, events a `*`. */
export function logText(logs: ProcessLog[], indent = ''): string {
  const width = Math.max(0, ...logs.map(({ name }) => name.length))
  return logs
    .map(({ timestamp, name, source, message }) => {
      const time = timestamp.toISOString().slice(11, 23)
      return `${indent}${time} ${name.padEnd(width)} ${ORIGINS[source]} ${stripVTControlCharacters(message)}`
    })
    .join('\n')
}
