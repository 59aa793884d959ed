import type { PsEnvironment } from './environment.ts'
import type { Paint } from './format/color.ts'
import type { Symbols } from './format/symbols.ts'

/** One of the `ps` commands: what it is for, and what it does. */
export interface Command {
  name: string
  aliases: string[]
  /** One line, without a full stop. */
  summary: string
  /** What follows the program's name: `start [name…] [options]`. */
  usage: string
  options: CommandOption[]
  /** What follows the program's name, with a word on what it does. */
  examples: [line: string, does: string][]
  /** Resolves with the exit code; throws ProcessManagerError for what the user should read. */
  run(context: CommandContext): Promise<number>
}

export interface CommandOption {
  /** As cac reads it: `-n, --lines <N>`. */
  flags: string
  summary: string
  /** It may be given more than once; its flag is then a list. */
  repeatable?: true
  /** The values that it takes, for completion; absent: others too. */
  choices?: readonly string[]
}

export interface CommandContext {
  environment: PsEnvironment
  /** What is no flag, in order. */
  names: string[]
  /** The last of the names, those that followed `--`; absent: there was no `--`. */
  rest?: string[]
  flags: Flags
  /** Colours for stdout and stderr, as decided for each. */
  paint: Paint
  paintError: Paint
  /** What the locale can show. */
  symbols: Symbols
  /** Whether stdout is coloured. */
  color: boolean
  /** One or more lines for stdout, without the last newline. */
  print(text: string): void
  /** The same for stderr. */
  note(text: string): void
  /** Tells, on stderr, what the user should know though the command succeeds. */
  warn(sentence: string): void
}

/** Every flag of every command, as given; absent: not given. */
export interface Flags {
  json?: boolean
  color?: boolean
  config?: string
  profile?: string
  tuixDir?: string
  tree?: boolean
  help?: boolean
  version?: boolean
  group?: string
  all?: boolean
  wait?: boolean
  follow?: boolean
  lines?: string
  since?: string
  until?: string
  grep?: string
  ignoreCase?: boolean
  context?: string
  level?: string
  /** Of `logs` a stream, of `import` a file. */
  out?: boolean | string
  err?: boolean
  timestamps?: boolean
  raw?: boolean
  cursor?: string
  for?: string
  timeout?: string
  dryRun?: boolean
  type?: string[]
  reveal?: boolean
  logs?: boolean
  cwd?: string
  env?: string[]
  port?: string
  watch?: boolean
  autorestart?: boolean
  format?: string
  force?: boolean
  sort?: string
  filter?: string[]
  columns?: string
  quiet?: boolean
  start?: string
  fix?: boolean
}

/** Hidden: the program that is called with it becomes the supervisor of the folder that follows. */
export const SUPERVISOR_COMMAND = '__supervisor'

/** Exit codes; `notRunning` is that of `systemctl status`, and `wait` that of timeout(1). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  unknownProcess: 4,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const

export const COMMON_OPTIONS: CommandOption[] = [
  { flags: '--json', summary: 'Print JSON for programs' },
  { flags: '--config <file>', summary: 'File that declares the processes' },
  { flags: '--profile <name>', summary: 'Variant of the config (default: TUIX_PROFILE)' },
  { flags: '--tuix-dir <dir>', summary: "Folder of the supervisor's state (default: .tuix)" },
  { flags: '--color', summary: 'Colour, also in a pipe; or =never, =auto' },
  { flags: '--no-color', summary: 'No colour' },
  { flags: '-h, --help', summary: 'Show this help' },
  { flags: '-v, --version', summary: 'Show the version' },
]
