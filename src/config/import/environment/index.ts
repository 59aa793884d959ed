import type { Placeholders } from '../../placeholders.ts'
import type { Reloaded } from '../../reload.ts'
import type { ImportNote } from '../types.ts'
import { withVariables } from './compare.ts'
import { variablesReadIn } from './names.ts'

type Environment = Record<string, string | undefined>

/** Settings of an app of PM2 in whose texts a variable may stand in a config. Others are numbers, choices or names. */
const TEXTS = new Set(
  [
    'script exec cmd command args cwd node_args interpreter_args interpreterArgs',
    'out_file output out out_log error_file error err err_file err_log log_file log',
  ].flatMap((keys) => keys.split(' ')),
)
const SCRIPTS = new Set(['script', 'exec', 'cmd', 'command'])

export interface ModuleReading {
  /** What the module exports. */
  content: unknown
  /** Text of the file. */
  text: string
  /** The variables before the module was loaded. */
  environment: Environment
  /** The variables after it: the module may read them from a file such as `.env`. */
  after: Environment
  placeholders: Placeholders
  /** Loads the module anew with these variables changed. */
  load(changes: Environment): Promise<Reloaded>
}

export interface Traced {
  content: unknown
  notes: ImportNote[]
  /** Names of variables that the module sets itself, unless they are set. */
  ownNames: ReadonlySet<string>
}

/**
 * The content of a PM2 module with stand-ins for variables, so that a config made from it contains no value of this
 * environment. The module is loaded with the variables that it reads, with stand-ins in their place, and without them.
 */
export async function pm2WithVariables(reading: ModuleReading): Promise<Traced> {
  const { content, text, after, placeholders, load } = reading
  const names = variablesReadIn(text, after)
  const notes: ImportNote[] = []
  if (names.length === 0 && !/\benv\b/.test(text)) return { content, notes, ownNames: new Set() }
  const changed = (value: (name: string) => string | undefined) =>
    load(Object.fromEntries(names.map((name) => [name, value(name)]))).catch(() => undefined)
  const { content: marked } = (await changed((name) => placeholders.add({ name }))) ?? reading
  const bare = await changed(() => undefined)
  const ownNames = new Set(names.filter((name) => bare?.environment[name] !== undefined))
  // Empty, so that the module does not set it again. Some modules cannot do without a variable.
  const isEmpty = (name: string) => bare === undefined || ownNames.has(name)
  const emptied = bare && ownNames.size === 0 ? bare : await changed((name) => (isEmpty(name) ? '' : undefined))
  const { content: without } = emptied ?? reading
  const compared = withVariables(
    { usual: content, marked, without },
    {
      placeholders,
      environment: after,
      isInSource: (value) => text.includes(value),
      isVariable: (path) => isEnvironment(settingOf(path)[0]) && settingOf(path).length > 1,
      mayHaveVariables(path) {
        const [key = ''] = settingOf(path)
        return TEXTS.has(key) || isEnvironment(key)
      },
      onFixed(path, isLeftOut) {
        const [key = '', ...inner] = settingOf(path)
        if (key === 'deploy') return
        const text = isLeftOut
          ? 'is left out, since the file makes it from variables of the environment: set it in the new file'
          : 'depends on the environment, and has the value of now'
        notes.push({ ...labelled(content, path), key: [key, ...inner].join('.'), text })
      },
    },
  )
  return { content: forEachApp(compared, (app) => withoutInherited(app, reading, notes)), notes, ownNames }
}

/** The path within an app. */
function settingOf(path: readonly string[]): readonly string[] {
  const inApps = path[0] === 'apps' ? path.slice(1) : path
  return /^\d+$/.test(inApps[0] ?? '') ? inApps.slice(1) : inApps
}

const isEnvironment = (key: string | undefined): boolean => key === 'env' || /^env_\S/.test(key ?? '')

function labelled(content: unknown, path: readonly string[]): Pick<ImportNote, 'process'> {
  const own = path.slice(0, path.length - settingOf(path).length)
  const app = own.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], content)
  const name = (app as { name?: unknown } | undefined)?.name
  return typeof name === 'string' ? { process: name } : {}
}

function forEachApp(content: unknown, change: (app: object) => object): unknown {
  if (Array.isArray(content)) return content.map((app) => forEachApp(app, change))
  if (typeof content !== 'object' || content === null) return content
  if ('apps' in content) return { ...content, apps: forEachApp(content.apps, change) }
  return change(content)
}

/** An app whose `env` has no copy of the whole environment: a process inherits it anyway. A script is no variable alone. */
function withoutInherited(
  app: object,
  { environment, placeholders, after }: ModuleReading,
  notes: ImportNote[],
): object {
  const entries = Object.entries(app).map(([key, value]): [string, unknown] => {
    if (SCRIPTS.has(key) && typeof value === 'string' && /^\W*$/.test(literalOf(value, placeholders))) {
      return [key, placeholders.reveal(value, after)]
    }
    if (!isEnvironment(key) || typeof value !== 'object' || value === null) return [key, value]
    const isInherited = ([name, text]: [string, unknown]) =>
      Object.hasOwn(environment, name) && (text === environment[name] || text === placeholders.add({ name }))
    const variables = Object.entries(value)
    const inherited = variables.filter(isInherited)
    const all = Object.keys(environment).length
    if (inherited.length < 2 || inherited.length < 0.8 * all) return [key, value]
    const { name } = app as { name?: unknown }
    const text = 'contains the whole environment, which a process inherits anyway: only its own variables are written'
    notes.push({ ...(typeof name === 'string' && { process: name }), key, text })
    return [key, Object.fromEntries(variables.filter((entry) => !isInherited(entry)))]
  })
  return Object.fromEntries(entries)
}

/** The text without its variables. */
function literalOf(text: string, placeholders: Placeholders): string {
  return placeholders
    .parts(text)
    .filter((part) => typeof part === 'string')
    .join('')
}
