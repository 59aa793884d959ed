/** The current command line, running again below an init. */
export interface UnderInit {
  signal(name: NodeJS.Signals): void
  /** Its exit code; 128 plus the number of the signal if a signal ended it. */
  ended: Promise<number>
}

/** Virtual path of a script in a program compiled by Bun, which is not an argument of the user. */
const COMPILED = /^\/\$bunfs\//

/**
 * Runs the command line again below an init, if this is process 1 of a container, which has to reap orphans. Undefined
 * if it is not process 1; null if the container has no program that can be an init.
 */
export async function rerunUnderInit(): Promise<UnderInit | null | undefined> {
  if (process.pid !== 1 || process.platform !== 'linux') return undefined
  // Imported here, so that other commands do not load it.
  const { spawnUnderInit } = await import('../system/process/init.ts')
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
