/* The program that a daemon runs, where this package lies on the disk: the folder to supervise comes last. */
import { runDaemon } from './daemon.ts'

await runDaemon(process.argv.at(-1) ?? '')
