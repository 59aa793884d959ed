import { join } from 'node:path'
import { envFile } from '../env.ts'
import type { Notes } from '../notes.ts'
import type { ImportContext } from '../types.ts'

/** How foreman and overmind are told to run a Procfile, by files beside it and by the environment. */
export interface Runner {
  /** Names of the files with variables, relative to the folder, later ones over earlier ones. */
  envFiles: string[]
  /** Variables of these files. */
  variables: Record<string, string>
  /** Port of the first process; null if processes get none. Undefined: nothing says which. */
  port: number | null | undefined
  /** How much more each further process gets. */
  step: number
  /** Number of instances by name, `all` for the others. */
  formation: Record<string, number>
  /** ms. */
  stopTimeout: number | undefined
}

/** Ports as both assign them: 100 more to each further process. */
const PORT_STEP = 100

const OVERMIND = '.overmind.env'
const FOREMAN = '.foreman'

/** Settings of overmind that are about its own screen, or without a meaning for the processes. */
const WITHOUT_EFFECT =
  /^OVERMIND_(?:TITLE|SOCKET|NETWORK|COLORS|SHOW_TIMESTAMPS|TMUX_CONFIG|DAEMONIZE|PROCESSES|ROOT|SHELL)$/
const SUPPORTED = new Set(
  ['PORT', 'PORT_STEP', 'NO_PORT', 'FORMATION', 'SKIP_ENV', 'PROCFILE'].map((key) => `OVERMIND_${key}`),
)

export function runnerOf(context: ImportContext, notes: Notes): Runner {
  const foreman = foremanOptions(context, notes)
  const overmindFile = envFile(join(context.folder, OVERMIND), context)
  const own = { ...context.env, ...overmindFile }
  const isWithoutEnv = isOn(own.OVERMIND_SKIP_ENV)
  const named = foreman.env?.split(',').map((name) => name.trim()) ?? ['.env']
  const read = [...(overmindFile ? [OVERMIND] : []), ...(isWithoutEnv ? [] : named)].flatMap((name) => {
    const values = envFile(join(context.folder, name), context)
    return values === undefined ? [] : [{ name, values }]
  })
  const variables: Record<string, string> = Object.assign({}, ...read.map(({ values }) => values))
  const set = { ...context.env, ...variables }
  for (const key of Object.keys(set)) {
    if (key.startsWith('OVERMIND_') && !SUPPORTED.has(key) && !WITHOUT_EFFECT.test(key))
      notes.add(undefined, key, 'is not carried over')
  }
  const isPlain = !isOn(set.OVERMIND_NO_PORT)
  // A converted file has no value of this environment.
  const shell = context.purpose === 'run' ? context.env.PORT : undefined
  return {
    envFiles: read.map(({ name }) => name),
    variables,
    port: isPlain ? numberIn(set.OVERMIND_PORT ?? foreman.port ?? variables.PORT ?? shell) : null,
    step: numberIn(set.OVERMIND_PORT_STEP) ?? PORT_STEP,
    formation: formationOf(set.OVERMIND_FORMATION ?? foreman.formation ?? foreman.concurrency),
    stopTimeout: foreman.timeout === undefined ? undefined : (numberIn(foreman.timeout) ?? 0) * 1000 || undefined,
  }
}

const isOn = (value: string | undefined): boolean => value !== undefined && !/^(?:|0|false|no)$/i.test(value)

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** `web=2,worker=0`. */
function formationOf(text = ''): Record<string, number> {
  return Object.fromEntries(
    [...text.matchAll(/([\w.-]+)\s*[=:]\s*(\d+)/g)].map(([, name, count]) => [name, Number(count)]),
  )
}

type ForemanOptions = Partial<Record<'env' | 'port' | 'formation' | 'concurrency' | 'timeout', string>>

/** The options of `foreman start` in a `.foreman`, one in a line: `port: 3000`. */
function foremanOptions(context: ImportContext, notes: Notes): ForemanOptions {
  const text = context.readText(join(context.folder, FOREMAN))
  const options: Record<string, string> = {}
  for (const [, key = '', quoted = ''] of (text ?? '').matchAll(/^([\w-]+)[ \t]*:[ \t]*(.+?)[ \t]*$/gm)) {
    const value = quoted.replace(/^(['"])(.*)\1$/, '$2')
    if (/^(?:env|port|formation|concurrency|timeout)$/.test(key)) options[key] = value
    else if (key !== 'procfile' && key !== 'color') notes.add(undefined, key, `of ${FOREMAN} is not carried over`)
  }
  return options
}
