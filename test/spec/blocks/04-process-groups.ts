// Start database cluster
await manager.start({
  name: 'db-primary',
  group: 'database',
  command: 'postgres',
  args: ['-c', 'config_file=primary.conf']
})

// Stop entire group
await manager.stopGroup('database')
