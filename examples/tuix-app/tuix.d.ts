/** What this example uses of tuix, so that it type-checks where tuix is not installed. */
declare module 'tuix/cli' {
  export function defineConfig<Config extends { name: string; version: string }>(config: Config): Config
  export function runCLI(config: object): Promise<void>
}
