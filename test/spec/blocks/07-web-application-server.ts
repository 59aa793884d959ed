import { createProcessManager } from 'tuix/process-manager'

const manager = await createProcessManager()

// Start web server with health checking
await manager.start({
  name: 'web-server',
  command: 'bun',
  args: ['run', 'server.ts'],
  env: {
    NODE_ENV: 'production',
    PORT: '3000'
  },
  autostart: true,
  autorestart: true,
  maxRestarts: 10,
  restartDelay: 2000,
  watch: true,
  watchPaths: ['src/**/*.ts', 'public/**/*'],
  ignoreWatch: ['logs/**', 'tmp/**'],
  healthCheck: {
    type: 'http',
    url: 'http://localhost:3000/health',
    interval: 30000,
    timeout: 5000,
    retries: 3
  },
  maxMemory: 512, // 512MB limit
  logFile: './logs/server.log',
  errorFile: './logs/server.error.log'
})

// Monitor the server
setInterval(async () => {
  const stats = await manager.getStats('web-server')
  console.log(`Server: ${stats.memory}MB, ${stats.cpu}% CPU, ${Math.floor(stats.uptime / 60)}min uptime`)
}, 60000)
