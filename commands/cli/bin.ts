#!/usr/bin/env node
/* Imports nothing above: Node keeps what is loaded once its compile cache is on. Others load nothing for it. */
if (!process.versions.bun && !process.version.startsWith('v20.')) {
  const { useCompileCache } = await import('../../src/system/fs/compile-cache.ts')
  useCompileCache(process.env)
}
const { runCommandLine } = await import('./command-line.ts')
await runCommandLine()

export {}
