import { type TrustResult, trustProxy, untrustProxy } from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'

/** The exit code is 1 if no program believes it now. */
export async function trust(context: CommandContext): Promise<number> {
  const results = await trustProxy()
  report(context, results, 'trusted by')
  if (context.flags.json) return results.some(({ done }) => done) ? EXIT.done : EXIT.failed
  if (results.length === 0)
    context.note('no store of certificates was found; name its file to programs: see docs/names.md')
  return results.some(({ done }) => done) ? EXIT.done : EXIT.failed
}

/** The exit code is 1 if something could not be taken back. */
export async function untrust(context: CommandContext): Promise<number> {
  const results = await untrustProxy()
  report(context, results, 'no longer trusted by')
  if (!context.flags.json) context.note('its certificate and key are deleted')
  return results.every(({ done }) => done) ? EXIT.done : EXIT.failed
}

function report({ flags, print, printJson, note }: CommandContext, results: TrustResult[], words: string): void {
  if (flags.json) printJson(results)
  else
    for (const { store, done, message } of results) {
      if (done) print(`${words} ${store}`)
      else note(`not ${words} ${store}: ${message}`)
    }
}
