const config = {
  name: 'api',
  command: 'bun',
  args: ['run', 'api.ts'],
  watch: true,
  watchPaths: ['src/**/*.ts', 'config/**/*.json'],
  ignoreWatch: ['logs/**', 'node_modules/**'],
  watchDebounce: 1000
}
