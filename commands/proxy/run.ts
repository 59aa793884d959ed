import { serveNames } from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { portsOf } from './ports.ts'

/** The proxy itself, as its supervisor runs it. */
export async function run(context: CommandContext): Promise<number> {
  const { environment, print, note, flags } = context
  const ended = new AbortController()
  const end = () => ended.abort()
  const forget = (['SIGTERM', 'SIGINT'] as const).map((signal) => environment.onSignal(signal, end))
  environment.signal.addEventListener('abort', end)
  const { http = 1355, https = 8443 } = portsOf(flags)
  try {
    await serveNames(
      {
        http,
        https,
        // Its supervisor waits for this line.
        listening: (record) => print(`listening on ${[http, record.https ?? []].flat().join(' and ')}`),
        report: note,
      },
      ended.signal,
    )
  } finally {
    for (const forgetOne of forget) forgetOne()
  }
  return EXIT.done
}
