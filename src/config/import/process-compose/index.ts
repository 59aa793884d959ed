import type { ProcessConfig } from '../../../model/config.ts'
import { check } from '../../check.ts'
import { join, refusal } from '../../place.ts'
import { commandOfLine, commandOfWords } from '../command-line.ts'
import { type DotEnv, dotEnv } from '../dot-env.ts'
import { Names } from '../names.ts'
import { Notes } from '../notes.ts'
import type { Imported, ImportedProcess, ImportWorld } from '../types.ts'
import { defined } from '../values.ts'
import { variablesOf } from './environment.ts'
import { LOGGING_KEYS, PROCESS_KEYS, PROJECT_KEYS, ROTATION_KEYS, SHELL_KEYS } from './keys.ts'
import { healthOf } from './probe.ts'
import { type ComposeProcess, type ComposeProject, composeProcess, composeProject } from './schema.ts'
import { dependenciesOf, groupOf, logsOf, restartsOf, scheduleOf, stopOf, watchOf } from './settings.ts'
import { filledText, forShell, hasTemplate, type Replacements } from './text.ts'

/** Variable, and name in templates, with the number of a replica. */
const REPLICA = 'PC_REPLICA_NUM'

/** Any of those that run a plain command as it would run without them. */
const SHELL = /(?:^|\/)(?:ba|da|k|z|a|fi)?sh$/

interface Source {
  written: string
  path: string
  process: ComposeProcess
  /** What it is called here: more than one name where its replicas differ; none where it is left out. */
  names: string[]
}

/**
 * A process-compose.yaml. `content` is what the file holds.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importProcessCompose(content: unknown, world: ImportWorld): Imported {
  const notes = new Notes()
  const { file } = world
  const project = check(composeProject, withoutNull(content), { file, path: '' })
  notes.rest(undefined, project, PROJECT_KEYS)
  notes.rest(undefined, project.shell ?? {}, SHELL_KEYS, 'shell.')
  notes.rest(undefined, project.log_configuration ?? {}, LOGGING_KEYS, 'log_configuration.')
  notes.rest(undefined, project.log_configuration?.rotation ?? {}, ROTATION_KEYS, 'log_configuration.rotation.')
  const names = new Names(notes)
  const sources = Object.entries(project.processes).map(([written, value]): Source => {
    const path = join('processes', [written])
    const process = check(composeProcess, withoutNull(value), { file, path })
    return { written, path, process, names: namesOf(written, process, names, notes) }
  })
  const converter = new Converter(project, sources, world, notes)
  return { processes: sources.flatMap((source) => converter.convert(source)), notes: notes.all }
}

/** An empty key is an absent one. */
function withoutNull(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null))
}

function namesOf(written: string, process: ComposeProcess, names: Names, notes: Notes): string[] {
  if (process.disabled) {
    notes.add(written, 'disabled', 'leaves it out; without that key it can be started by its name')
    return []
  }
  const { replicas = 1 } = process
  const numbered = replicas > 1 && JSON.stringify(process).includes(REPLICA)
  if (!numbered) return [names.give(written, 'processes')]
  notes.add(written, 'replicas', `makes ${replicas} processes of it, since each uses its ${REPLICA}`)
  const width = String(replicas).length
  return Array.from({ length: replicas }, (_, index) =>
    names.give(`${written}-${String(index).padStart(width, '0')}`, 'processes'),
  )
}

class Converter {
  readonly #project: ComposeProject
  readonly #sources: Source[]
  readonly #world: ImportWorld
  readonly #notes: Notes
  readonly #dotEnv: DotEnv

  constructor(project: ComposeProject, sources: Source[], world: ImportWorld, notes: Notes) {
    this.#project = project
    this.#sources = sources
    this.#world = world
    this.#notes = notes
    this.#dotEnv = project.is_dotenv_disabled ? { values: {}, settings: {} } : dotEnv(world)
  }

  convert(source: Source): ImportedProcess[] {
    const several = source.names.length > 1
    return source.names.map((name, index) => {
      // What is told of one replica holds for all.
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
    // Replicas share what is told of them.
    const subject = replica === undefined ? name : written
    notes.rest(subject, process, PROCESS_KEYS)
    const replacements = this.#replacementsFor(written, process, replica)
    this.#tellOfTemplates(subject, process, replacements, notes)
    const around = { environment: project.environment, dotEnv: this.#dotEnv, replacements, world: this.#world, notes }
    const { settings, live } = variablesOf(process, subject, around)
    const env = { ...settings.env, ...(replica !== undefined && { [REPLICA]: String(replica) }) }
    const { working_dir, replicas = 1 } = process
    if (replica === undefined && replicas > 1) {
      notes.add(subject, 'replicas', `makes instances that \`TUIX_INSTANCE\`, from 1, tells apart, not ${REPLICA}`)
    }
    const namesOf = (other: string) => this.#sources.find((one) => one.written === other)?.names ?? [other]
    const config: ProcessConfig = {
      name,
      ...this.#commandOf(process, path, replacements),
      ...defined({ cwd: working_dir ? filledText(working_dir, replacements) : undefined }),
      ...settings,
      ...(Object.keys(env).length > 0 && { env }),
      ...(replica === undefined && replicas > 1 && { instances: replicas }),
      ...(replica !== undefined && { group: name.replace(/-\d+$/, '') }),
      ...groupOf(process, subject, notes),
      ...dependenciesOf(process, subject, namesOf, notes),
      ...healthOf(process, subject, replacements, notes),
      ...restartsOf(process, subject, notes),
      ...stopOf(process, subject, notes),
      ...watchOf(process, subject, notes),
      ...scheduleOf(process, subject, notes),
      ...logsOf(process, [process.log_configuration, project.log_configuration], subject, replacements, notes),
    }
    if (this.#world.purpose === 'convert') {
      for (const variable of replacements.used) {
        notes.add(subject, `$${variable}`, 'is replaced by what it is now: in the config its value stands')
      }
    }
    return { path, config, ...(live.length > 0 && { live }) }
  }

  #replacementsFor(written: string, process: ComposeProcess, replica = 0): Replacements {
    const { vars, disable_env_expansion } = this.#project
    return {
      vars: { ...vars, ...process.vars, PC_PROC_NAME: written, [REPLICA]: replica },
      env: { ...this.#dotEnv.values, ...this.#world.env, [REPLICA]: String(replica) },
      used: new Set(),
      keepsEnv: disable_env_expansion === true || process.disable_env_expansion === true,
    }
  }

  #commandOf(process: ComposeProcess, path: string, replacements: Replacements) {
    const { command, entrypoint, disable_command_rendering } = process
    if (command?.trim()) {
      const line = forShell(command, disable_command_rendering ? { ...replacements, vars: {} } : replacements)
      const shell = this.#shell()
      return SHELL.test(shell[0] ?? '') ? commandOfLine(line, shell) : commandOfWords([...shell, line])
    }
    if (entrypoint && entrypoint.length > 0) {
      return commandOfWords(entrypoint.map((word) => filledText(word, replacements)))
    }
    throw refusal(this.#world, `\`${path}.command\` is missing: it must be a command line`)
  }

  #shell(): string[] {
    const { shell_command, shell_argument = '-c' } = this.#project.shell ?? {}
    return [shell_command ?? (this.#world.hasProgram('bash') ? 'bash' : '/bin/sh'), shell_argument]
  }

  #tellOfTemplates(name: string, process: ComposeProcess, replacements: Replacements, notes: Notes): void {
    const { command = '', disable_command_rendering } = process
    if (disable_command_rendering || !hasTemplate(forShell(command, replacements))) return
    notes.add(name, 'command', 'has a template that is more than a variable of `vars`, and is left as it is')
  }
}
