import { basename, extname } from 'node:path'
import { type Io, type PsEnvironment, processEnvironment } from '../commands/shared/environment.ts'
import { type AppConfig, type Command, VERSION } from '../src/index.ts'
import { commandTable } from './commands.ts'
import { withStreams } from './io.ts'
import { type JsxElement, jsxElement } from './jsx.ts'
import { defaultsOf, isObject, nameOf, type ProcessManagerPluginOptions, parentsOf } from './options.ts'
import { rawTokens } from './tokens.ts'
import { underScreen } from './under-screen.ts'

export { mountPlugins } from './mount.ts'
export type { ProcessManagerPluginOptions } from './options.ts'

/** A plugin in the form that every tuix host can mount. */
export interface ProcessManagerPluginObject {
  metadata: { name: string; version: string; description: string }
  commands: Record<string, Command>
  cliConfig?: { commands: Record<string, Command> }
  commandsFor(app: AppConfig): Record<string, Command>
}

/**
 * Adds the process commands to an app: `myapp ps list`, `start`, `stop`, `restart`, `logs`, `status`. It works in the
 * `plugins` of a config, and as a JSX child or component. Nothing is loaded or connected before a command runs.
 */
export function ProcessManagerPlugin(options: ProcessManagerPluginOptions = {}): ProcessManagerPluginObject {
  const name = nameOf(options)
  let fromArgv: Promise<void> | undefined
  const runTokens = (tokens: string[], app: unknown) => (io: Io) =>
    runCommand(tokens, processEnvironment(`${options.program ?? appName(app)} ${name}`, defaultsOf(options, app), io))
  const commandsFor = (app: unknown) =>
    commandTable(name, (path, context) => {
      const host = app ?? appIn(context)
      const run = () => withStreams(runTokens(rawTokens(context, path, process.argv), host))
      // Without a context, the command line of this process counts. Some hosts call the handler several times then: run
      // it once.
      if (context !== undefined) return run()
      fromArgv ??= run()
      return fromArgv
    })
  const commands = commandsFor(undefined)
  const plugin = {
    metadata: { name: 'process-manager', version: VERSION, description: 'Manages the processes of this project' },
    commands,
    ...(options.cliConfig && { cliConfig: { commands } }),
  }
  const typed = rawTokens(undefined, [name], process.argv)
  const jsx = jsxElement(name, process.argv, {
    parents: parentsOf(options),
    children: options.children,
    run: () => underScreen(typed, runTokens(typed, undefined)),
  })
  return defineHidden(plugin, { ...jsx, commandsFor })
}

/**
 * Defines properties that are not enumerable, so that code which copies, lists or stringifies a plugin does not see
 * them.
 */
function defineHidden<T extends object, Hidden extends JsxElement & object>(target: T, hidden: Hidden): T & Hidden {
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(target, key, { value, enumerable: false })
  return target as T & Hidden
}

/** Prints and sets the exit code itself, since hosts differ in how they treat results and errors. */
async function runCommand(tokens: string[], environment: PsEnvironment): Promise<void> {
  const { runPs } = await import('../commands/cli/run-ps.ts')
  const exitCode = await runPs(tokens, environment)
  if (exitCode !== 0) process.exitCode = exitCode
}

function appName(app: unknown): string {
  if (isObject(app) && typeof app.name === 'string') return app.name
  const script = process.argv[1] ?? process.execPath
  return basename(script, extname(script))
}

/** Some hosts pass the app's config along. */
function appIn(context: unknown): unknown {
  const outer = isObject(context) && isObject(context._context) ? context._context : undefined
  return outer?.config
}
