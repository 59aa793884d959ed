const stats = await manager.getStats('my-process')
console.log(`Memory: ${stats.memory}MB`)
console.log(`CPU: ${stats.cpu}%`)
console.log(`Uptime: ${stats.uptime}s`)
