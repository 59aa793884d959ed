import { createRequire } from 'node:module'
import { dirname, extname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { moduleIn } from './read.ts'
import { withoutStdout } from './stdout.ts'

type Environment = Record<string, string | undefined>

let times = 0

export interface Reloaded {
  content: unknown
  /** The variables that the module has left, such as those that it reads from an `.env`. */
  environment: Environment
}

/** Runs a config module once more, in this process but with these variables. `file` is absolute. */
export async function reloadModule(file: string, environment: Environment): Promise<Reloaded> {
  const before = { ...process.env }
  const restore = forgetModules(dirname(file))
  try {
    setEnvironment(environment)
    const content = await withoutStdout(() => freshModule(file))
    return { content, environment: { ...process.env } }
  } finally {
    setEnvironment(before)
    restore()
  }
}

/** Runtimes run a module once for each address. What Node cannot run itself, the loader of configs runs anew each time. */
async function freshModule(file: string): Promise<unknown> {
  if (/^\.[mc]?ts$/.test(extname(file)) && process.versions.bun === undefined) return await moduleIn(file)
  const loaded: { default?: unknown } = await import(`${pathToFileURL(file).href}?again=${++times}`)
  const exported = loaded.default ?? loaded
  return typeof exported === 'function' ? await exported() : exported
}

/** Lets the modules of a folder run again when they are required. Returns how to undo that. */
function forgetModules(folder: string): () => void {
  const { cache } = createRequire(join(folder, 'any.js'))
  const known = Object.entries(cache).filter(
    ([path]) => path.startsWith(folder + sep) && !path.includes(`${sep}node_modules${sep}`),
  )
  for (const [path] of known) delete cache[path]
  return () => {
    for (const [path, module] of known) cache[path] = module
  }
}

function setEnvironment(variables: Environment): void {
  for (const name of Object.keys(process.env)) if (variables[name] === undefined) delete process.env[name]
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value
}
