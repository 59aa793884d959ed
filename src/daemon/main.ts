/* The program of a daemon. Its last argument is the folder to supervise. */
/* Imports nothing above: Node keeps what is loaded once its compile cache is on. Others load nothing for it. */
if (!process.versions.bun && !process.version.startsWith('v20.')) {
  const { useCompileCache } = await import('../system/fs/compile-cache.ts')
  useCompileCache(process.env)
}
const { runDaemon } = await import('./daemon.ts')
await runDaemon(process.argv.at(-1) ?? '')

export {}
