import { basename, extname } from 'node:path'
import { type PsEnvironment, processEnvironment } from '../commands/environment.ts'
import { type AppConfig, type Command, VERSION } from '../src/index.ts'
import { commandTable } from './commands.ts'
import { type JsxElement, jsxFace } from './jsx.ts'
import { defaultsOf, isObject, type ProcessManagerPluginOptions } from './options.ts'
import { rawTokens } from './tokens.ts'

export { mountPlugins } from './mount.ts'
export type { ProcessManagerPluginOptions } from './options.ts'

/** What every host of tuix can mount. */
export interface ProcessManagerPluginObject {
  metadata: { name: string; version: string; description: string }
  commands: Record<string, Command>
  cliConfig?: { commands: Record<string, Command> }
  commandsFor(app: AppConfig): Record<string, Command>
}

/**
 * Adds the process commands to an app: `myapp ps list`, `start`, `stop`, `restart`, `logs`, `status`. Works in the `plugins`
 * of a config, and as a JSX child or component. Nothing is loaded or connected before a command runs.
 */
export function ProcessManagerPlugin(options: ProcessManagerPluginOptions = {}): ProcessManagerPluginObject {
  const name = options.name ?? 'ps'
  let fromArgv: Promise<void> | undefined
  const commandsFor = (app: unknown) =>
    commandTable(name, (path, context) => {
      const host = app ?? appIn(context)
      const run = () => runTokens(rawTokens(context, path, process.argv), environmentFor(options, name, host))
      // With nothing the process's own command line counts, and a host may call several times for that: it is one run.
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
  const jsx = jsxFace(name, process.argv, (adapt) =>
    runTokens(rawTokens(undefined, [name], process.argv), adapt(environmentFor(options, name, undefined))),
  )
  return hide(plugin, { ...jsx, commandsFor })
}

/** Invisible to what copies, lists or stringifies a plugin; there for who asks by name. */
function hide<T extends object, Hidden extends JsxElement & object>(target: T, hidden: Hidden): T & Hidden {
  for (const [key, value] of Object.entries(hidden)) Object.defineProperty(target, key, { value, enumerable: false })
  return target as T & Hidden
}

/** Prints, sets the exit code and returns: hosts differ in what they make of a result or an error. */
async function runTokens(tokens: string[], environment: PsEnvironment): Promise<void> {
  const { runPs } = await import('../commands/index.ts')
  const exitCode = await runPs(tokens, environment)
  if (exitCode !== 0) process.exitCode = exitCode
}

function environmentFor(options: ProcessManagerPluginOptions, name: string, app: unknown): PsEnvironment {
  return processEnvironment(`${appName(app)} ${name}`, defaultsOf(options, app))
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
