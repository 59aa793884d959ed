import { NoAnswerError, ProcessManagerError } from '../../model/errors.ts'

/** Whom a message is about. */
export interface Place {
  target: string
  /** As people write it: `deploy@web1`. */
  host: string
  /** The command with which people log in there. */
  login: string
}

/** How a command over ssh has ended. */
export interface Ran {
  /** Null: it had to be killed, or ssh could not be started. */
  code: number | null
  stdout: string
  stderr: string
  /** What ended it before its time: nothing was heard, it took too long, it was aborted, or there is no ssh. */
  cut: 'silent' | 'late' | 'aborted' | 'no-ssh' | null
}

/** The beginning of every message about a target. */
export function nameOf({ target, host }: Place): string {
  return `target ${target} (${host})`
}

/** Longest quotation of what another host has said, in characters. */
const LONGEST = 300

/** The last line of a text, without what a terminal would obey. */
export function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').trim())
  return (lines.findLast((line) => line !== '') ?? '').slice(0, LONGEST)
}

interface Failure {
  /** What ssh prints, which is never translated. */
  said: RegExp
  /** What that means and what to do. Null: ssh says it well enough. */
  advice: ((place: Place) => string) | null
  /** It may be over soon, without anybody's doing. */
  passes: boolean
}

/** The first that fits is meant. */
const FAILURES: Failure[] = [
  {
    said: /IDENTIFICATION HAS CHANGED|differs from the key for the IP/,
    advice: ({ login }) =>
      `its host key has changed, so that it may be another host: if it was set up anew, forget its old key with \`ssh-keygen -R\` and accept the new one with: ${login}`,
    passes: false,
  },
  {
    said: /Host key verification failed/,
    advice: ({ login }) => `its host key is not known here: check and accept it with: ${login}`,
    passes: false,
  },
  {
    said: /Permission denied|Too many authentication failures/,
    advice: ({ login }) => `it does not accept this login: set up a key with which this asks nothing: ${login}`,
    passes: false,
  },
  { said: /Temporary failure in name resolution/, advice: null, passes: true },
  {
    said: /Could not resolve hostname/,
    advice: () => 'there is no host of this name: correct it, or add it to your SSH config',
    passes: false,
  },
  {
    said: /timed out|No route|Network is|Connection (?:refused|reset|closed)|not responding|Broken pipe|banner exchange/,
    advice: null,
    passes: true,
  },
]

/** The error of a command over ssh that could not begin, or printed nothing. */
export function failureOf(place: Place, { code, stderr, cut }: Pick<Ran, 'code' | 'stderr' | 'cut'>): Error {
  const name = nameOf(place)
  if (cut === 'no-ssh') return unreachable('ssh: not found; install the client of OpenSSH')
  if (cut === 'aborted') return unreachable(`${name}: the connection was given up`)
  if (cut !== null) return new NoAnswerError(`${name} does not answer`)
  const words = lastLine(stderr).replace(/^ssh: /, '')
  const { advice = null, passes = false } = FAILURES.find(({ said }) => said.test(stderr)) ?? {}
  if (passes) return new NoAnswerError(`${name} cannot be reached: ${words}`)
  if (advice !== null) return unreachable(`${name}: ${advice(place)} (${words})`)
  return unreachable(`${name}: ssh failed with code ${code}${words === '' ? '' : `: ${words}`}`)
}

export function unreachable(sentence: string): ProcessManagerError {
  return new ProcessManagerError('unreachable', sentence)
}
