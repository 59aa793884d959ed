import type { ProcessConfig } from '../../../model/config/config.ts'
import { isRecord } from '../../../model/config/shape.ts'
import { check } from '../../check.ts'
import { configError, join } from '../../place.ts'
import { commandOfLine, commandOfWords } from '../command-line.ts'
import { type DotEnv, dotEnv } from '../dot-env.ts'
import { Names } from '../names.ts'
import { Notes } from '../notes.ts'
import type { ImportContext, Imported, ImportedProcess } from '../types.ts'
import { defined } from '../values.ts'
import { variablesOf } from './environment.ts'
import { type Expansion, expandContent } from './expand.ts'
import { LOGGING_KEYS, PROCESS_KEYS, PROJECT_KEYS, ROTATION_KEYS, SHELL_KEYS } from './keys.ts'
import { withExtended } from './merge.ts'
import { healthOf } from './probe.ts'
import { type ComposeProcess, type ComposeProject, composeProcess, composeProject } from './schema.ts'
import { dependenciesOf, groupOf, logsOf, restartsOf, scheduleOf, stopOf, watchOf } from './settings.ts'
import { fillText, forShell, hasTemplate, type Replacements } from './text.ts'

/** Name of the variable with the number of a replica, also in templates. */
const REPLICA = 'PC_REPLICA_NUM'

/** Shells that run a plain command just as it runs without them. */
const SHELL = /(?:^|\/)(?:ba|da|k|z|a|fi)?sh$/

interface Source {
  written: string
  path: string
  process: ComposeProcess
  /** Names of the resulting processes: several if its replicas differ. */
  names: string[]
}

/**
 * Imports a process-compose.yaml.
 *
 * @param content parsed content of the file
 * @throws ProcessManagerError `config`, one sentence
 */
export function importProcessCompose(content: unknown, context: ImportContext): Imported {
  const notes = new Notes()
  const { file } = context
  const whole = withoutNull(content)
  // Whether variables are replaced is itself no variable.
  const variables = dotEnvOf(whole, context)
  const expanded = isRecord(whole) ? expandContent(whole, expansionOf(variables, context, notes)) : whole
  const project = check(composeProject, expanded, { file, path: '' })
  notes.addUnsupported(undefined, withoutExtensions(project), PROJECT_KEYS)
  notes.addUnsupported(undefined, project.shell ?? {}, SHELL_KEYS, 'shell.')
  notes.addUnsupported(undefined, project.log_configuration ?? {}, LOGGING_KEYS, 'log_configuration.')
  notes.addUnsupported(
    undefined,
    project.log_configuration?.rotation ?? {},
    ROTATION_KEYS,
    'log_configuration.rotation.',
  )
  const names = new Names(notes)
  const sources = Object.entries(withExtended(project.processes, context)).map(([written, value]): Source => {
    const path = join('processes', [written])
    const process = check(composeProcess, withoutNull(value), { file, path })
    return { written, path, process, names: namesOf(written, process, names, notes) }
  })
  const converter = new Converter(project, sources, variables, context, notes)
  return { processes: sources.flatMap((source) => converter.convert(source)), notes: notes.all }
}

function dotEnvOf(content: unknown, context: ImportContext): DotEnv {
  const isOff = isRecord(content) && (content.is_dotenv_disabled === true || content.is_dotenv_disabled === 'true')
  return isOff ? { values: {}, settings: {} } : dotEnv(context)
}

/** Notes name a variable once for each process, or once for the project. */
function expansionOf({ values }: DotEnv, context: ImportContext, notes: Notes): Expansion {
  const noted = new Set<string>()
  return {
    environment: { ...context.env, ...values },
    placeholders: context.purpose === 'convert' ? context.placeholders : undefined,
    onVariable(name, path, what) {
      const process = path[0] === 'processes' ? path[1] : undefined
      const text = what === 'unset' ? 'is not set, so it is replaced by nothing' : 'is replaced by its current value'
      if (noted.has(`${process} ${name}`)) return
      noted.add(`${process} ${name}`)
      notes.add(process, `$${name}`, text)
    },
  }
}

/** Keys that begin with `x-` belong to the user, who keeps YAML anchors there. */
function withoutExtensions(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !key.startsWith('x-')))
}

/** Drops keys without a value, which count as absent. */
function withoutNull(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null))
}

function namesOf(written: string, process: ComposeProcess, names: Names, notes: Notes): string[] {
  const { replicas = 1 } = process
  const numbered = replicas > 1 && JSON.stringify(process).includes(REPLICA)
  if (!numbered) return [names.assign(written, 'processes', Math.max(1, replicas))]
  notes.add(written, 'replicas', `becomes ${replicas} processes, since each uses its ${REPLICA}`)
  const width = String(replicas).length
  return Array.from({ length: replicas }, (_, index) =>
    names.assign(`${written}-${String(index).padStart(width, '0')}`, 'processes'),
  )
}

class Converter {
  readonly #project: ComposeProject
  readonly #sources: Source[]
  readonly #context: ImportContext
  readonly #notes: Notes
  readonly #dotEnv: DotEnv

  constructor(project: ComposeProject, sources: Source[], variables: DotEnv, context: ImportContext, notes: Notes) {
    this.#project = project
    this.#sources = sources
    this.#dotEnv = variables
    this.#context = context
    this.#notes = notes
  }

  convert(source: Source): ImportedProcess[] {
    const several = source.names.length > 1
    return source.names.map((name, index) => {
      // The notes on the first replica hold for all.
      const notes = index === 0 ? this.#notes : new Notes()
      return this.#processOf(source, name, several ? index : undefined, notes)
    })
  }

  #processOf(
    { written, path, process }: Source,
    name: string,
    replica: number | undefined,
    notes: Notes,
  ): ImportedProcess {
    const project = this.#project
    // Notes name the process once for all replicas.
    const subject = replica === undefined ? name : written
    notes.addUnsupported(subject, withoutExtensions(process), PROCESS_KEYS)
    const replacements = this.#replacementsFor(written, process, replica)
    this.#noteTemplates(subject, process, replacements, notes)
    const around = {
      environment: project.environment,
      dotEnv: this.#dotEnv,
      replacements,
      context: this.#context,
      notes,
    }
    const settings = variablesOf(process, subject, around)
    const env = { ...settings.env, ...(replica !== undefined && { [REPLICA]: String(replica) }) }
    const { working_dir, replicas = 1 } = process
    const isDisabled = process.is_disabled ?? process.disabled
    const namesOf = (other: string) => this.#sources.find((one) => one.written === other)?.names ?? [other]
    const config: ProcessConfig = {
      name,
      ...this.#commandOf(process, path, replacements),
      ...defined({ cwd: working_dir ? fillText(working_dir, replacements) : undefined }),
      ...settings,
      ...(Object.keys(env).length > 0 && { env }),
      ...(replica === undefined &&
        replicas > 1 && { instances: replicas, instanceVariable: { name: REPLICA, from: 0 } }),
      ...(replica !== undefined && { group: name.replace(/-\d+$/, '') }),
      ...(isDisabled && { startWithAll: false }),
      ...groupOf(process, subject, notes),
      ...dependenciesOf(process, subject, namesOf, notes),
      ...healthOf(process, subject, replacements, this.#context.placeholders, notes),
      ...restartsOf(process, subject, notes),
      ...stopOf(process, subject, (line) => this.#shellLine(line, process, replacements), notes),
      ...(process.is_daemon && { daemon: true }),
      ...watchOf(process, subject, notes),
      ...scheduleOf(process, subject, notes),
      ...logsOf(process, [process.log_configuration, project.log_configuration], subject, replacements, notes),
    }
    return { path, config }
  }

  #replacementsFor(written: string, process: ComposeProcess, replica = 0): Replacements {
    const own = { PC_PROC_NAME: written, [REPLICA]: String(replica) }
    const { vars, disable_env_expansion } = this.#project
    return {
      vars: { ...vars, ...process.vars, ...own },
      own,
      keepsEnv: disable_env_expansion === true || process.disable_env_expansion === true,
    }
  }

  #commandOf(process: ComposeProcess, path: string, replacements: Replacements) {
    const { command, entrypoint } = process
    if (command?.trim()) {
      const line = this.#shellLine(command, process, replacements)
      const shell = this.#shell()
      return SHELL.test(shell[0] ?? '') ? commandOfLine(line, shell) : commandOfWords([...shell, line])
    }
    if (entrypoint && entrypoint.length > 0) {
      return commandOfWords(entrypoint.map((word) => fillText(word, replacements)))
    }
    throw configError(this.#context, `\`${path}.command\` is missing: it must be a command line`)
  }

  #shellLine(line: string, process: ComposeProcess, replacements: Replacements): string {
    return forShell(line, process.is_template_disabled ? { ...replacements, vars: {} } : replacements)
  }

  #shell(): string[] {
    const { shell_command, shell_argument = '-c' } = this.#project.shell ?? {}
    return [shell_command ?? (this.#context.hasProgram('bash') ? 'bash' : '/bin/sh'), shell_argument]
  }

  #noteTemplates(name: string, process: ComposeProcess, replacements: Replacements, notes: Notes): void {
    const { command = '', is_template_disabled } = process
    if (is_template_disabled || !hasTemplate(this.#shellLine(command, process, replacements))) return
    notes.add(name, 'command', 'has a template other than a variable of `vars`, which is left as it is')
  }
}
