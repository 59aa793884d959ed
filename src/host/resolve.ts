import type { AppConfig, Command } from '../config/define.ts'

/** The command that a command line names. */
export interface Resolved {
  /** Names from the app down; empty for the app itself. */
  path: string[]
  command: Command
  /** The words after the command's name, as typed. */
  tokens: string[]
}

/** All commands of an app. Its own commands override those of its plugins. */
export function commandsOf(app: AppConfig): Record<string, Command> {
  const mounted = (app.plugins ?? []).map((plugin) => plugin.commandsFor?.(app) ?? plugin.commands)
  return Object.assign({}, ...mounted, app.commands)
}

/** Follows the words at the front of `argv` as long as they name nested commands. */
export function resolveCommand(root: Command, argv: readonly string[]): Resolved {
  let command = root
  const path: string[] = []
  for (const token of argv) {
    const found = childNamed(command, token)
    if (!found) break
    path.push(found.name)
    command = found.command
  }
  return { path, command, tokens: argv.slice(path.length) }
}

function childNamed(parent: Command, word: string): { name: string; command: Command } | undefined {
  const children = Object.entries(parent.commands ?? {})
  const [name, command] =
    children.find(([key]) => key === word) ?? children.find(([, { aliases }]) => aliases?.includes(word)) ?? []
  return name !== undefined && command ? { name, command } : undefined
}
