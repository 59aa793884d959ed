import type { Paint } from '../format/color.ts'
import type { Symbols } from '../format/symbols.ts'
import type { PsEnvironment } from './environment.ts'

/** One of the `ps` commands. */
export interface Command {
  name: string
  aliases: string[]
  /** One line, without a full stop. */
  summary: string
  /** What the user types after the program's name: `start [name…] [options]`. */
  usage: string
  options: CommandOption[]
  /** Options that other process managers have, with what there is instead. `…` stands for the program. */
  otherOptions?: Readonly<Record<string, string>>
  /** Command lines without the program's name, each with a caption. */
  examples: [line: string, does: string][]
  /** What may follow the command's name, such as `stop` in `supervisor stop`. Absent: there are no subcommands. */
  subcommands?: readonly Subcommand[]
  /** Whether it prints as it goes until it is interrupted. Absent: it never does. */
  isEndless?(given: Pick<CommandContext, 'names' | 'flags'>): boolean
  /** Resolves with the exit code. Throws a ProcessManagerError whose message is shown to the user. */
  run(context: CommandContext): Promise<number>
}

/** A part of a command, chosen by the word after the command's name. */
export interface Subcommand extends Pick<Command, 'name' | 'summary' | 'isEndless' | 'run'> {
  /** Options that only this subcommand has. */
  options?: CommandOption[]
  /** Left out of the help, because only scripts use it. */
  isHidden?: true
}

export interface CommandOption {
  /** In the syntax of cac: `-n, --lines <N>`. */
  flags: string
  summary: string
  /** The option may be given more than once; its flag is then a list. */
  repeatable?: true
  /** Every value that the option accepts, for completion. Absent: other values are accepted too. */
  choices?: readonly string[]
}

export interface CommandContext {
  environment: PsEnvironment
  /** The words that are not flags, in order. */
  names: string[]
  /** The names that followed `--`; they are also the last of `names`. Absent: there was no `--`. */
  rest?: string[]
  flags: Flags
  /** Paints text for stdout; `paintError` for stderr. */
  paint: Paint
  paintError: Paint
  /** Symbols that the locale can show. */
  symbols: Symbols
  /** Whether stdout is coloured. */
  color: boolean
  /** Prints one or more lines to stdout and adds a newline. */
  print(text: string): void
  /** Prints a value to stdout as indented JSON. */
  printJson(value: unknown): void
  /** Prints one or more lines to stderr and adds a newline. */
  note(text: string): void
  /** Prints a warning to stderr, for what does not make the command fail. */
  warn(sentence: string): void
}

/** The flags of all commands, with the values that the user gave. Absent: the flag was not given. */
export interface Flags {
  json?: boolean
  color?: boolean
  config?: string
  profile?: string
  target?: string
  tuixDir?: string
  everywhere?: boolean
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
  field?: string[]
  context?: string
  level?: string
  /** A switch in `logs` (stdout only), a file in `import`, a folder in `export`. */
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
  ssh?: string
  swarm?: string
  stack?: string
  network?: string
  program?: string
  env?: string[]
  port?: string
  https?: string
  watch?: boolean
  autorestart?: boolean
  format?: string
  force?: boolean
  sort?: string
  filter?: string[]
  columns?: string
  quiet?: boolean
  start?: string
  system?: boolean
  user?: string
  print?: boolean
  init?: string
  fix?: boolean
  open?: boolean
  off?: boolean
  host?: string
  insecure?: boolean
  allowRun?: boolean
  readOnly?: boolean
  image?: string
}

/** Hidden command: `__supervisor FOLDER` turns the program into the supervisor of that folder. */
export const SUPERVISOR_COMMAND = '__supervisor'

/** Exit codes. `notRunning` is as in `systemctl status`, `timeout` as in timeout(1). */
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
  { flags: '--json', summary: 'Print JSON' },
  { flags: '--config <file>', summary: 'Config file that declares the processes' },
  { flags: '--profile <name>', summary: 'Variant of the config (default: TUIX_PROFILE)' },
  { flags: '--target <names>', summary: 'Act on other hosts: prod or prod,eu (default: TUIX_TARGET)' },
  { flags: '--tuix-dir <dir>', summary: "Folder for the supervisor's state (default: .tuix)" },
  { flags: '--color', summary: 'Use colour even in a pipe; also =never, =auto' },
  { flags: '--no-color', summary: 'Do not use colour' },
  { flags: '-h, --help', summary: 'Show this help' },
  { flags: '-v, --version', summary: 'Show the version' },
]

/** Only for what needs no config, since those of other projects are not read. */
export const EVERYWHERE_OPTION: CommandOption = {
  flags: '--everywhere',
  summary: 'In all your projects, not only this one: shop/web',
}
