import type { Selection } from '../../src/index.ts'
import { ProcessManagerError } from '../../src/index.ts'
import type { Command } from './command.ts'
import { unknownProcess } from './usage.ts'

const CONFIG_FILE = /\.(?:jsonc?|ya?ml|toml)$|(?:^|\/)(?:Procfile\b|(?:ecosystem|pm2|tuix)\.config\.)/
/** What in other process managers may stand in the place of a name. */
const NOT_A_NAME = /^(?:all|\d+)$|\s|[/,:]|\.(?:[cm]?[jt]sx?|py|rb|sh|pl|php)$/

const isOther = (word: string): boolean => NOT_A_NAME.test(word) || CONFIG_FILE.test(word)

/** Refuses such a word at once if it names no process. `known` is only called if there is one. Throws `unknown-process`. */
export async function refuseOtherNames({ names = [] }: Selection, known: () => Promise<string[]>): Promise<void> {
  const word = names.find(isOther)
  if (word !== undefined && !(await known()).includes(word)) throw unknownProcess(word, [])
}

/** The error of a command that knows none of these names, with what to write if one of them is such a word. */
export function withOtherName(
  error: ProcessManagerError,
  names: string[],
  command: Command,
  program: string,
): ProcessManagerError {
  const word = names.find(isOther)
  if (word === undefined) return error
  return new ProcessManagerError(error.code, `${error.message}; ${hint(word, command, program)}`)
}

function hint(word: string, { name, usage, options }: Command, program: string): string {
  const every = options.some(({ flags }) => flags === '--all') ? ' --all' : /\[name/.test(usage) ? '' : undefined
  const line = /\s/.test(word) ? `'${word}'` : /\.[cm]?js$/.test(word) ? `node ${word}` : word
  const group = /^(?:group|namespace):(.+)$/.exec(word)?.[1] ?? /^([\w.-]+):\*?$/.exec(word)?.[1]
  if (word === 'all' && every !== undefined) return `${program} ${name}${every} is for every process`
  if (/^\d+$/.test(word)) return `processes have no numbers: ${program} list shows their names`
  if (CONFIG_FILE.test(word)) return `to name a config file: ${program} start --all --config ${word}`
  if (word.includes(',')) return `names have blanks between them: ${program} ${name} ${word.split(',').join(' ')}`
  if (group !== undefined) return `${program} ${name} --group ${group} is for every process of a group`
  if (/^(?:start|ensure)$/.test(name) && !word.includes(':'))
    return `to start a program that no config declares: ${program} run -- ${line}`
  return `${program} list shows the names of all processes`
}
