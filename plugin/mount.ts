import type { AppConfig, Command } from '../src/index.ts'

/**
 * Copies the commands of `config.plugins` into `config.commands`, for a host that lists plugins but does not mount
 * their commands. The app's own commands override them. Also adds the `version` that such a host demands.
 *
 * `runCLI(defineConfig(mountPlugins({ name: 'myapp', plugins: [ProcessManagerPlugin()] })))`
 */
export function mountPlugins<T extends AppConfig>(
  config: T,
): T & { version: string; commands: Record<string, Command> } {
  const mounted = (config.plugins ?? []).map((plugin) => plugin.commandsFor?.(config) ?? plugin.commands)
  return {
    ...config,
    version: config.version ?? '0.0.0',
    commands: Object.assign({}, ...mounted, config.commands),
  }
}
