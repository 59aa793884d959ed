import { basename, extname } from 'node:path'
import type { AppConfig } from '../config/define.ts'
import { dispatch } from './dispatch.ts'

/**
 * Runs an app's command line: its own commands and its plugins'. For apps that have no tuix of their own. Prints, sets
 * `process.exitCode` (2 for a command that there is not, 1 if a handler throws) and resolves when the command is done.
 *
 * @param argv what follows the program's name
 */
export async function runCLI(app: AppConfig, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const script = process.argv[1] ?? process.execPath
  const exitCode = await dispatch(app, argv, {
    program: app.name ?? basename(script, extname(script)),
    debug: Boolean(process.env.TUIX_DEBUG),
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
  })
  if (exitCode !== 0) process.exitCode = exitCode
}
