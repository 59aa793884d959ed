import { nearest, ProcessManagerError } from '../src/index.ts'
import type { CommandContext } from './command.ts'

/** Refuses names where a command takes none. */
export function withoutNames({ names }: Pick<CommandContext, 'names'>, command: string): void {
  if (names.length > 0) throw new ProcessManagerError('usage', `${command} takes no names, but got ${names.join(' ')}`)
}

/** For a name that neither the supervisor nor the config knows. */
export function unknownProcess(name: string, known: string[]): ProcessManagerError {
  const meant = nearest(name, known)
  return new ProcessManagerError(
    'unknown-process',
    `no process is named \`${name}\`${meant ? `; did you mean \`${meant}\`?` : ''}`,
  )
}
