const manager = await createProcessManager()

// Development server with file watching
await manager.start({
  name: 'dev-server',
  command: 'bun',
  args: ['--hot', 'run', 'src/index.ts'],
  env: {
    NODE_ENV: 'development',
    DEBUG: 'true'
  },
  watch: true,
  watchPaths: [
    'src/**/*.ts',
    'src/**/*.tsx',
    'config/**/*.json',
    'public/**/*'
  ],
  ignoreWatch: [
    'node_modules/**',
    'dist/**',
    'logs/**',
    '**/*.log'
  ],
  watchDebounce: 500,
  autorestart: true,
  healthCheck: {
    type: 'output',
    outputPattern: /Server listening on/,
    startPeriod: 3000
  }
})

// Follow logs for development
const unfollow = manager.followLogs('dev-server', (log) => {
  const timestamp = log.timestamp.toISOString()
  console.log(`[${timestamp}] ${log.level.toUpperCase()}: ${log.message}`)
})

// Stop following on exit
process.on('exit', unfollow)
