import { AsyncLocalStorage } from 'node:async_hooks'
import { Console } from 'node:console'
import { Writable } from 'node:stream'

/** Methods of `console` that write to stdout. Bun writes them itself, past `process.stdout`. */
const PRINTING = [
  ...['log', 'info', 'debug', 'dir', 'dirxml', 'table', 'trace', 'count', 'time', 'timeLog', 'timeEnd'],
  ...['group', 'groupCollapsed', 'groupEnd', 'write'],
]

type Write = typeof process.stderr.write

const isBun = process.versions.bun !== undefined
const inside = new AsyncLocalStorage<Write>()
/** Where the running code prints, the latest last. */
const running: Write[] = []
let isInstalled = false

/**
 * Runs foreign code, such as that of a config module, and sends what it prints on stdout to stderr: stdout is for the
 * result of a command. What others in this process print meanwhile is left alone, except on Bun, which does not tell
 * whose code it runs while it loads a module.
 */
export function withStdoutOnStderr<T>(run: () => Promise<T>): Promise<T> {
  return withStdoutOn(((...args: Parameters<Write>) => process.stderr.write(...args)) as Write, run)
}

/** `withStdoutOnStderr` for code that has run before and would print the same again. */
export function withoutStdout<T>(run: () => Promise<T>): Promise<T> {
  return withStdoutOn((() => true) as Write, run)
}

async function withStdoutOn<T>(write: Write, run: () => Promise<T>): Promise<T> {
  install()
  running.push(write)
  try {
    return await inside.run(write, run)
  } finally {
    running.splice(running.lastIndexOf(write), 1)
    // On Node 20, every promise of the process would go on paying for it.
    if (running.length === 0) inside.disable()
  }
}

/** Where the code that runs now prints; undefined if it is none of ours to divert. */
function diverted(): Write | undefined {
  if (running.length === 0) return undefined
  return isBun ? running.at(-1) : inside.getStore()
}

/** Stays in place, since it could not be removed from under what was put over it meanwhile. */
function install(): void {
  if (isInstalled) return
  isInstalled = true
  const { stdout } = process
  const write = stdout.write
  stdout.write = function (this: typeof stdout, ...args: Parameters<Write>) {
    return (diverted() ?? write).apply(this, args)
  } as Write
  if (isBun) divertConsole()
}

type Printer = Record<string, (...args: unknown[]) => unknown>

function divertConsole(): void {
  const target = console as unknown as Printer
  const sink = new Writable({
    write(chunk, _encoding, done) {
      diverted()?.(chunk)
      done()
    },
  })
  const other = new Console(sink, sink) as unknown as Printer
  other.write = (...parts) => diverted()?.(parts.join(''))
  for (const method of PRINTING) {
    const usual = target[method]
    const instead = other[method]
    if (usual === undefined || instead === undefined) continue
    target[method] = (...args) => (diverted() ? instead.apply(other, args) : usual.apply(target, args))
  }
}
