const manager = await createProcessManager({
  tuixDir: './.tuix',
  autoRestart: true,
  maxRestarts: 5
})

// Start API gateway
await manager.start({
  name: 'api-gateway',
  group: 'api',
  command: 'bun',
  args: ['run', 'gateway.ts'],
  env: { PORT: '8080' },
  healthCheck: {
    type: 'http',
    url: 'http://localhost:8080/health'
  }
})

// Start user service
await manager.start({
  name: 'user-service',
  group: 'services',
  command: 'bun',
  args: ['run', 'user-service.ts'],
  env: { PORT: '8001', DATABASE_URL: process.env.USER_DB_URL },
  healthCheck: {
    type: 'tcp',
    host: 'localhost',
    port: 8001
  }
})

// Start order service
await manager.start({
  name: 'order-service',
  group: 'services',
  command: 'bun',
  args: ['run', 'order-service.ts'],
  env: { PORT: '8002', DATABASE_URL: process.env.ORDER_DB_URL },
  healthCheck: {
    type: 'tcp',
    host: 'localhost',
    port: 8002
  }
})

// Start background workers
await manager.start({
  name: 'email-worker',
  group: 'workers',
  command: 'bun',
  args: ['run', 'workers/email.ts'],
  healthCheck: {
    type: 'output',
    outputPattern: /Worker ready/,
    interval: 10000
  }
})

// Graceful shutdown
process.on('SIGTERM', async () => {
  console.log('Shutting down services...')
  await manager.stopGroup('services')
  await manager.stopGroup('workers')
  await manager.stop('api-gateway')
  process.exit(0)
})
