// Script-based health check
await manager.start({
  name: 'custom-service',
  command: 'bun',
  args: ['run', 'service.ts'],
  healthCheck: {
    type: 'script',
    script: `
      const response = await fetch('http://localhost:3000/deep-health')
      const data = await response.json()
      if (data.status === 'healthy' && data.database === 'connected') {
        process.exit(0) // Healthy
      } else {
        process.exit(1) // Unhealthy
      }
    `,
    interval: 60000,
    timeout: 10000,
    retries: 2
  }
})

// Output pattern health check
await manager.start({
  name: 'worker-service',
  command: 'bun',
  args: ['run', 'worker.ts'],
  healthCheck: {
    type: 'output',
    outputPattern: /Worker processed \d+ jobs successfully/,
    interval: 30000
  }
})
