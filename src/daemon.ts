/* The daemon's door: signals, and the end of the process. */
import { realpathSync } from 'node:fs'
import { forgetLaunchOptions } from './launcher.ts'
import { MARKER } from './model/members.ts'
import { resolveDeclared } from './resolve-declared.ts'
import { serve } from './supervisor/serve.ts'
import { closeInheritedDescriptors } from './system/descriptors.ts'
import { VERSION } from './version.ts'

/** ms without anything to do after which a daemon leaves; its state stays on disk. */
const IDLE_GRACE = 10_000

/** Supervises a folder as a daemon: handles signals, and ends the program when it has nothing to do. Never resolves. */
export async function runDaemon(tuixDir: string): Promise<never> {
  closeInheritedDescriptors()
  delete process.env[MARKER]
  forgetLaunchOptions(process.env)
  // A terminal that closes ends the shell, not the daemon.
  process.on('SIGHUP', () => {})
  let idle: NodeJS.Timeout | undefined
  const serving = await serve({
    tuixDir: realpathSync(tuixDir),
    mode: 'daemon',
    version: VERSION,
    resolve: resolveDeclared,
    environment: { ...process.env } as Record<string, string>,
    onBusy(busy) {
      clearTimeout(idle)
      if (!busy) idle = setTimeout(() => leave(), IDLE_GRACE)
    },
    // The answer to the one who asked is still to be sent.
    onReleased: () => setTimeout(() => process.exit(0), 100),
  }).catch((error: Error) => {
    // Whoever launched it shows its last line.
    process.stderr.write(`${process.env.TUIX_DEBUG ? error.stack : error.message}\n`)
    process.exit(1)
  })
  // Another was first: it is the supervisor.
  if (!('control' in serving)) process.exit(0)
  const leave = () => {
    serving.close()
    process.exit(0)
  }
  // Whoever ends the daemon does not end the processes: the next command's daemon adopts them.
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  return await new Promise(() => {})
}
