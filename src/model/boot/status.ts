import type { InitSystem } from './service.ts'

/** What the init system says of a service. */
export interface ServiceState {
  /** It is started when the machine boots, or when the user logs in. */
  enabled: boolean
  /** Null: unknown, since the init system could not be asked. */
  active: boolean | null
  /** Null while it does not run. */
  pid: number | null
  /** A word of the init system for its state: `active`, `failed`, `auto-restart`. */
  word: string
}

/** A file that the launcher has recorded. */
export interface RecordedFile {
  path: string
  exists: boolean
}

/** What is known of the service of a project. */
export interface BootFacts {
  init: InitSystem
  isOfSystem: boolean
  name: string
  /** File of the service. */
  file: string
  /** The user whose processes they are. */
  user: string
  /** Content of the file, and what it would be now. */
  text: string
  expected: string
  state: ServiceState
  /** Whether the services of the user start at boot; null if that is not a question. */
  lingers: boolean | null
  /** Null: it does not exist, or is none of ours. */
  launcher: { runtimes: RecordedFile[]; program: RecordedFile | null } | null
  launcherFile: string
  /** Pid of the supervisor of the folder; null if none runs. */
  supervisor: number | null
}

/** Something that is not as it should be, and what to do. */
export interface BootProblem {
  /** Whether the processes do not come back at boot. */
  isSevere: boolean
  message: string
  /** A command of this program without its name, or an order; such as `boot enable`. */
  advice: string
}

const AGAIN = 'boot enable'

/** Compares a service with what is. */
export function bootProblems(facts: BootFacts): BootProblem[] {
  const { file, text, expected, state, launcher, launcherFile } = facts
  if (launcher === null) return [severe(`${launcherFile} is missing, which ${file} runs`, AGAIN)]
  return [
    ...(state.enabled ? [] : [severe(`${file} exists, but is not enabled`, AGAIN)]),
    ...lingering(facts),
    ...runtimes(launcher),
    ...(text === expected ? [] : [mild(`${file} is not what it would be now${lineOf(text, expected)}`, AGAIN)]),
    ...running(facts),
  ]
}

function severe(message: string, advice: string): BootProblem {
  return { isSevere: true, message, advice }
}

function mild(message: string, advice: string): BootProblem {
  return { isSevere: false, message, advice }
}

function lingering({ lingers, user }: BootFacts): BootProblem[] {
  if (lingers !== false) return []
  const message = `the services of ${user} start at the first login, not at boot`
  return [severe(message, `sudo loginctl enable-linger ${user}`)]
}

function runtimes({ runtimes, program }: NonNullable<BootFacts['launcher']>): BootProblem[] {
  const first = runtimes.find(({ exists }) => exists)
  if (program && !program.exists)
    return [mild(`${program.path} is gone, so that the next boot looks for another tuix-ps`, AGAIN)]
  if (first === undefined && runtimes.length > 0)
    return [mild(`${runtimes[0]?.path} is gone, so that the next boot looks for another runtime`, AGAIN)]
  return []
}

/** Nothing is wrong with a service that was never started, since the daemon hands over at the next boot. */
function running({ state, supervisor, name, init, isOfSystem }: BootFacts): BootProblem[] {
  if (state.active === null) return []
  // Not every init system tells the pid.
  if (state.active && (supervisor === null || state.pid === null || state.pid === supervisor)) return []
  if (state.active) return [mild(`pid ${supervisor} supervises the folder, not the service`, 'supervisor restart')]
  if (state.word === 'failed' || state.word === 'activating') {
    const scope = isOfSystem ? '' : ' --user'
    const look = init === 'systemd' ? `journalctl${scope} -u ${name} -n 20` : 'see its log'
    return [severe(`the service does not start: ${state.word}`, look)]
  }
  if (supervisor !== null)
    return [
      mild(`pid ${supervisor} supervises the folder; the service takes over at the next boot`, 'supervisor restart'),
    ]
  return [mild('the service is stopped until the next boot', AGAIN)]
}

/** The first line that differs. */
function lineOf(text: string, expected: string): string {
  const lines = text.split('\n')
  const wanted = expected.split('\n')
  const at = wanted.findIndex((line, index) => line !== lines[index])
  const line = at < 0 ? undefined : wanted[at]
  return line === undefined || line === '' ? '' : `: it should have \`${line}\``
}
