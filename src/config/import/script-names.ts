/** Judges the scripts of a package.json by their names and lines. */

/** Usual names of a project's server. Only the first that exists is imported, since two would need the same port. */
export const SERVERS = ['dev', 'develop', 'start', 'serve', 'server', 'preview']

/** Names of scripts that run until they are stopped. */
const LONG_RUNNING = new Set([
  ...SERVERS,
  'watch',
  'worker',
  'workers',
  'queue',
  'jobs',
  'api',
  'web',
  'client',
  'backend',
  'frontend',
])

/** Further parts that say in which way a script runs (`start:prod`), or on what (`watch:css`). */
const MODES = new Set(
  'prod production development debug local hot all app ui js ts css sass styles assets types'.split(' '),
)

export const familyOf = (script: string): string => script.split(/[:-]/)[0] ?? script

/**
 * Whether the name is that of a program that runs until it is stopped. Every part has to say so: `api` and `dev:api` do, `api:migrate` and
 * `web:deploy` do not, since a guess must never run a task.
 */
export function isLongRunning(script: string): boolean {
  const [family = '', ...parts] = script.split(/[:-]/)
  return LONG_RUNNING.has(family) && parts.every((part) => LONG_RUNNING.has(part) || MODES.has(part))
}

const TASK = /(?:^|[\s:/-])(?:deploy|publish|migrate|seed|destroy|release)(?=[\s:]|$)/

/** Programs that run in the background or need a terminal, so that they cannot be supervised. */
const BACKGROUND: [pattern: RegExp, program: string][] = [
  [/\bpm2(?:-dev)?\s+(?:start|restart|reload|startOrReload|startOrRestart|resurrect)\b/, 'pm2'],
  [/\bdocker(?:-|\s+)compose\b.*\sup\b.*\s(?:-d|--detach)\b/, 'docker compose'],
  [/\bforever\s+start\b/, 'forever'],
  [/(?:^|\s)mprocs\b/, 'mprocs'],
]

/** Programs that run those of a file, in the foreground. */
const RUNNERS: [pattern: RegExp, program: string, file: string][] = [
  [/\b(?:foreman|nf|overmind|hivemind)\s+(?:start|s)\b/, 'the processes of a Procfile', 'Procfile'],
  [/(?:^|\s)process-compose\b/, 'process-compose', 'process-compose.yaml'],
]

const SEVERAL = /(?:^|\s)(concurrently|npm-run-all2?|run-p|turbo|nx run-many)(?=\s|$)/

export interface ScriptLine {
  /** Why the script cannot be a process, the predicate of a sentence; absent if it can be one. */
  refusal?: string
  /** What the user should know about it, the predicate of a sentence. */
  hint?: string
}

/** What the line of a script says about it. Only its last command matters, since that is the one that would keep running. */
export function judgeLine(line: string): ScriptLine {
  const last =
    line
      .split(/&&|\|\||;/)
      .at(-1)
      ?.trim() ?? ''
  const [, background] = BACKGROUND.find(([pattern]) => pattern.test(last)) ?? []
  if (background !== undefined) {
    const file = fileIn(last)
    const own = background === 'pm2' ? (file ?? 'ecosystem.config.js') : undefined
    const remedy = own ? `use \`--config ${own}\`` : 'run its programs themselves'
    return { refusal: `is left out: it starts ${background}, which nothing here can supervise; ${remedy}` }
  }
  if (TASK.test(last)) return { refusal: 'is left out: its command seems to be a task that must not run by itself' }
  const [, runner, usual] = RUNNERS.find(([pattern]) => pattern.test(last)) ?? []
  if (runner !== undefined && usual !== undefined) {
    return { hint: `runs ${runner} as one process; use \`--config ${fileIn(last) ?? usual}\` for one process each` }
  }
  const [, several] = SEVERAL.exec(last) ?? []
  return several === undefined
    ? {}
    : { hint: `runs several programs with ${several} as one process; declare each for its own logs and restarts` }
}

/** The file that a command names. */
function fileIn(command: string): string | undefined {
  return command
    .split(/\s+/)
    .map((word) => word.replace(/^--?\w[\w-]*=/, '').replace(/^['"]|['"]$/g, ''))
    .find((word) => /^(?!-)\S+\.(?:c?m?js|json|ya?ml|ts)$|(?:^|\/)Procfile[\w.-]*$/.test(word))
}
