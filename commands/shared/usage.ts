import { ProcessManagerError } from '../../src/index.ts'
import { nearest } from '../../src/internal.ts'
import type { CommandContext } from './command.ts'

/** An error about the command line; the exit code is 2. */
export function usageError(sentence: string): ProcessManagerError {
  return new ProcessManagerError('usage', sentence)
}

/** Throws a usage error if the user gave names. */
export function withoutNames({ names }: Pick<CommandContext, 'names'>, command: string): void {
  if (names.length > 0) throw usageError(`${command} takes no names, but got ${names.join(' ')}`)
}

/** The single name that a command takes. Throws a usage error. */
export function oneName({ names }: Pick<CommandContext, 'names'>, command: string): string {
  const [name, ...more] = names
  if (name !== undefined && more.length === 0) return name
  if (name === undefined) throw usageError(`${command} needs the name of a process, such as: ${command} web`)
  throw usageError(`${command} takes one name, but got ${names.join(' ')}`)
}

/** The error for a name that neither the supervisor nor the config knows. */
export function unknownProcess(name: string, known: string[]): ProcessManagerError {
  const meant = nearest(name, known)
  return new ProcessManagerError(
    'unknown-process',
    `no process is named \`${name}\`${meant ? `; did you mean \`${meant}\`?` : ''}`,
  )
}
