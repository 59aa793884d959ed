import type { WebConfig, WebInfo } from '../src/index.ts'
import { browse } from '../src/internal.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { wholeNumber } from './shared/flag-values.ts'
import { targetNames, withDeclared, withManager } from './shared/open-manager.ts'
import { usageError, withoutNames } from './shared/usage.ts'

export const web: Command = {
  name: 'web',
  aliases: [],
  summary: 'Open the dashboard, and HTTP for other programs',
  usage: 'web [options]',
  options: [
    { flags: '--open', summary: 'Show it in the browser' },
    { flags: '--off', summary: 'Close it' },
    { flags: '--port <port>', summary: 'TCP port (default: a free one that stays the same)' },
    { flags: '--host <address>', summary: 'Address to listen on (default: this machine alone)' },
    { flags: '--insecure', summary: 'Allow plain HTTP beyond this machine' },
    { flags: '--allow-run', summary: 'Allow requests that run any program' },
  ],
  examples: [
    ['web', 'Open the dashboard and print its address'],
    ['web --open', 'The same, and show it in the browser'],
    ['web --json', 'Its address and token, for programs'],
    ['web --off', 'Close it'],
    ['web --target prod,eu', 'The dashboard of other hosts, until Ctrl-C'],
  ],
  isEndless: ({ flags }) => flags.target !== undefined,
  async run(context) {
    withoutNames(context, 'web')
    if (targetNames(context)) return await serve(context)
    return context.flags.off ? await close(context) : await open(context)
  },
}

/** Other hosts: no supervisor here has the connections of this user, so this command serves the page while it runs. */
async function serve(context: CommandContext): Promise<number> {
  const { flags, environment } = context
  if (flags.off) throw usageError('the dashboard of other hosts is open while its command runs: end that with Ctrl-C')
  return await withDeclared(context, async ({ manager, declared }) => {
    const served = await manager.serveWeb(settingsOf(flags, declared.web))
    try {
      await show(context, served, 'it is closed by Ctrl-C')
      await aborted(environment.signal)
      return EXIT.interrupted
    } finally {
      served.close()
    }
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function open(context: CommandContext): Promise<number> {
  const { flags, environment } = context
  const opened = await withDeclared(context, ({ manager, declared }) =>
    manager.openWeb(settingsOf(flags, declared.web)),
  )
  await show(context, opened, `close it with: ${environment.program} web --off`)
  return EXIT.done
}

/** @param closing how it is closed */
async function show(context: CommandContext, { url, token }: WebInfo, closing: string): Promise<void> {
  const { flags, print, printJson, note, warn } = context
  const address = `${url}?token=${token}`
  if (flags.json) printJson({ url, token })
  else {
    print(address)
    note(`whoever has this address can control the processes; ${closing}`)
  }
  if (flags.open && !(await browse(address))) warn('no browser could be started; open the address by hand')
}

/** What the command line says, over what the config says. Undefined: as the config says. */
function settingsOf({ port, host, insecure, allowRun }: CommandContext['flags'], declared: WebConfig | null) {
  const given = {
    ...(port !== undefined && { port: wholeNumber('--port', port) }),
    ...(host !== undefined && { host }),
    ...(insecure && { insecure }),
    ...(allowRun && { allowRun }),
  }
  return Object.keys(given).length === 0 ? undefined : { ...declared, ...given }
}

async function close(context: CommandContext): Promise<number> {
  const { url } = await withManager(context, async (manager) => {
    const before = await manager.web()
    if (before.url !== null) await manager.closeWeb()
    return before
  })
  if (context.flags.json) context.printJson({ url: null, token: null })
  else context.note(url === null ? 'it was not open' : `${url} is closed`)
  return EXIT.done
}
