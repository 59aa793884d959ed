import { createProcessManager } from 'tuix/process-manager'

// Create a process manager
const manager = await createProcessManager({
  tuixDir: '.tuix',
  autoRestart: true,
  maxRestarts: 5
})

// Start a process
await manager.start({
  name: 'web-server',
  command: 'bun',
  args: ['run', 'server.ts'],
  autostart: true,
  autorestart: true,
  env: { PORT: '3000' }
})

// Monitor process status
const status = await manager.status('web-server')
console.log(`Process status: ${status.status}`)
console.log(`PID: ${status.pid}`)
console.log(`Restarts: ${status.restarts}`)

// Stop the process
await manager.stop('web-server')
