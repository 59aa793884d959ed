const manager = await createProcessManager()

// Primary database
await manager.start({
  name: 'postgres-primary',
  group: 'database',
  command: 'postgres',
  args: ['-D', '/var/lib/postgresql/data', '-c', 'config_file=primary.conf'],
  env: {
    POSTGRES_DB: 'myapp',
    POSTGRES_USER: 'app',
    POSTGRES_PASSWORD: process.env.DB_PASSWORD
  },
  healthCheck: {
    type: 'tcp',
    host: 'localhost',
    port: 5432,
    interval: 5000
  },
  maxMemory: 2048
})

// Read replica
await manager.start({
  name: 'postgres-replica',
  group: 'database',
  command: 'postgres',
  args: ['-D', '/var/lib/postgresql/replica', '-c', 'config_file=replica.conf'],
  env: {
    POSTGRES_DB: 'myapp',
    POSTGRES_USER: 'app',
    POSTGRES_PASSWORD: process.env.DB_PASSWORD
  },
  healthCheck: {
    type: 'tcp',
    host: 'localhost',
    port: 5433,
    interval: 5000
  },
  maxMemory: 1024
})

// Redis cache
await manager.start({
  name: 'redis-cache',
  group: 'cache',
  command: 'redis-server',
  args: ['--port', '6379', '--maxmemory', '256mb'],
  healthCheck: {
    type: 'tcp',
    host: 'localhost',
    port: 6379,
    interval: 10000
  }
})
