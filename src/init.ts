/** This very command line, running below an init. */
export interface UnderInit {
  signal(name: NodeJS.Signals): void
  /** Its exit code; 128 and more for the number of a signal that ended it. */
  ended: Promise<number>
}

/** Where a program compiled by Bun finds its own files: those are no arguments. */
const COMPILED = /^\/\$bunfs\//

/**
 * As process 1 of a container, runs this command line again below an init, since orphans there are process 1's to reap.
 * Undefined: this is not process 1. Null: nothing in the container can be an init.
 */
export async function rerunUnderInit(): Promise<UnderInit | null | undefined> {
  if (process.pid !== 1 || process.platform !== 'linux') return undefined
  // Here, not above: no other command is to load what spawns.
  const { spawnUnderInit } = await import('./system/init.ts')
  const { execPath, execArgv, argv } = process
  const words = COMPILED.test(argv[1] ?? '') ? argv.slice(2) : argv.slice(1)
  const child = spawnUnderInit([execPath, ...execArgv, ...words], process.env)
  if (!child) return null
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)))
  })
  return { signal: (name) => void child.kill(name), ended }
}
