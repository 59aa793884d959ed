/* The forwarder of a shared port, as a program of its own. Its last arguments are for `runForwarder`. */
import { runForwarder } from './program.ts'

await runForwarder(process.argv.slice(-3))
