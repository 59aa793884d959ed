import type { WebConfig } from '../src/index.ts'
import { browse } from '../src/internal.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { wholeNumber } from './shared/flag-values.ts'
import { withDeclared, withManager } from './shared/open-manager.ts'
import { withoutNames } from './shared/usage.ts'

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
  ],
  async run(context) {
    withoutNames(context, 'web')
    return context.flags.off ? await close(context) : await open(context)
  },
}

async function open(context: CommandContext): Promise<number> {
  const { flags, environment, print, printJson, note, warn } = context
  const { url, token } = await withDeclared(context, ({ manager, declared }) =>
    manager.openWeb(settingsOf(flags, declared.web)),
  )
  const address = `${url}?token=${token}`
  if (flags.json) printJson({ url, token })
  else {
    print(address)
    note(`whoever has this address can control the processes; close it with: ${environment.program} web --off`)
  }
  if (flags.open && !(await browse(address))) warn('no browser could be started; open the address by hand')
  return EXIT.done
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
