import { EXIT } from '../shared/command.ts'
import { processEnvironment } from '../shared/environment.ts'
import { openOutput } from '../shared/output.ts'
import { Interrupt } from '../shared/signals.ts'
import { runPs } from './run-ps.ts'

/** ms in which a command has to end after its time limit. */
const GRACE = 200

/** Runs the command that the arguments of this program name, and leaves its exit code for the end. */
export async function runCommandLine(): Promise<void> {
  const interrupt = new Interrupt()
  const closed = () => interrupt.closed()
  const io = { stdout: openOutput(1, closed), stderr: openOutput(2, closed), interrupt }
  const exitCode = await runPs(process.argv.slice(2), processEnvironment('tuix-ps', {}, io))
  process.exitCode ||= exitCode
  // What the supervisor has not answered in time is not waited for.
  if (exitCode === EXIT.timeout) setTimeout(() => process.exit(), GRACE).unref()
}
