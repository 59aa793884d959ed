/* The entry point of the daemon. It handles signals and ends the process. */

import { realpathSync } from 'node:fs'
import { launchAfterMove } from '../client/launch.ts'
import { resolveDeclared } from '../config/resolve-declared.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { MARKER } from '../model/tree/members.ts'
import { FORWARD } from '../proxy/launcher.ts'
import { serve } from '../supervisor/serve.ts'
import { closeInheritedDescriptors } from '../system/process/descriptors.ts'
import { VERSION } from '../version.ts'
import { forgetLaunchOptions, relauncher } from './launcher.ts'

/** Time in ms without anything to do after which a daemon exits. Its state stays on disk. */
const IDLE_GRACE = 10_000

/** Supervises a folder as a daemon. It handles signals, and exits the program when it has nothing to do. Never resolves. */
export async function runDaemon(tuixDir: string): Promise<never> {
  const forwarded = process.env[FORWARD]
  if (forwarded !== undefined) {
    await (await import('../proxy/program.ts')).runForwarder(forwarded.split(' '))
    return await new Promise(() => {})
  }
  closeInheritedDescriptors()
  delete process.env[MARKER]
  forgetLaunchOptions(process.env)
  // A closing terminal must not end the daemon.
  process.on('SIGHUP', () => {})
  let idle: NodeJS.Timeout | undefined
  const folder = realpathSync(tuixDir)
  const serving = await serve({
    tuixDir: folder,
    mode: 'daemon',
    version: VERSION,
    resolve: resolveDeclared,
    relauncher: relauncher(),
    environment: { ...process.env } as Record<string, string>,
    onBusy(busy) {
      clearTimeout(idle)
      if (!busy) idle = setTimeout(() => leave(), IDLE_GRACE)
    },
    onReleased(movedTo) {
      if (movedTo !== null) launchAfterMove(relauncher(), folder, movedTo)
      // Later, since the answer to the request is still to be sent.
      setTimeout(() => process.exit(0), 100)
    },
  }).catch((error: Error) => {
    // The program that launched the daemon shows this last line.
    process.stderr.write(`${process.env.TUIX_DEBUG ? error.stack : reasonOf(error)}\n`)
    process.exit(1)
  })
  // Another supervisor was first.
  if (!('control' in serving)) process.exit(0)
  // The supervisor has more processes than the one that this is about. The file beside the journal has the stack, once.
  const reported = new Set<string>()
  const goOn = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (reported.has(text)) return
    reported.add(text)
    process.stderr.write(`${text}\n`)
    serving.report(error)
  }
  process.on('uncaughtException', goOn)
  process.on('unhandledRejection', goOn)
  const leave = () => {
    serving.lifetime.close()
    process.exit(0)
  }
  // The processes keep running, and the daemon of the next command adopts them.
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  return await new Promise(() => {})
}
