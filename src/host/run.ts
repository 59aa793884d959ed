import { basename, extname } from 'node:path'
import type { AppConfig } from '../config/define.ts'

const guarded = new WeakSet<NodeJS.WriteStream>()

/**
 * Runs an app's command line, with its own commands and those of its plugins. It is for apps without tuix. It prints, sets
 * `process.exitCode` (2 for an unknown command, 1 if a handler throws), and resolves when the command is done.
 *
 * @param argv the words after the program's name
 */
export async function runCLI(app: AppConfig, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  // Loaded here, since the commands of tuix-ps load this file with the library.
  const { dispatch } = await import('./dispatch.ts')
  for (const stream of [process.stdout, process.stderr]) ignoreClosed(stream)
  const script = process.argv[1] ?? process.execPath
  const exitCode = await dispatch(app, argv, {
    program: app.name ?? basename(script, extname(script)),
    debug: Boolean(process.env.TUIX_DEBUG),
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
  })
  if (exitCode !== 0) process.exitCode = exitCode
}

/** `myapp report | head` closes the pipe, which is no error of the app. */
function ignoreClosed(stream: NodeJS.WriteStream): void {
  if (guarded.has(stream)) return
  guarded.add(stream)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A command that prints to the stream itself reports what went wrong.
    if (error.code !== 'EPIPE' && stream.listenerCount('error') === 1) throw error
  })
}
