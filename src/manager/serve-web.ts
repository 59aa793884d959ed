import { randomBytes } from 'node:crypto'
import { ProcessManagerError } from '../model/errors.ts'
import { automaticPort } from '../model/lifecycle/automatic-port.ts'
import type { WebInfo } from '../model/views/web-info.ts'
import { controlBy } from '../protocol/carrier.ts'
import type { WebSettings } from '../protocol/inputs.ts'
import { type Control, type Listen, OPERATIONS } from '../protocol/operations.ts'
import { listenWith, refuseUnsafe, urlOf } from '../supervisor/web/web-listener.ts'
import { hash } from '../system/fs/place-hash.ts'
import { listeners } from '../system/net/ports.ts'
import { VERSION } from '../version.ts'
import type { Elsewhere } from './targets.ts'

export interface Served extends WebInfo {
  close(): void
}

/**
 * Serves the dashboard of targets from this process, for as long as it runs. No supervisor could: none has the connections and
 * the keys of this user. So nothing of it is on disk, and its token is a new one each time unless the settings have one.
 */
export async function serveWeb(
  elsewhere: Elsewhere,
  control: Control,
  tuixDir: string,
  settings: WebSettings,
): Promise<Served> {
  refuseUnsafe(settings)
  const { name } = elsewhere.target
  const opened = { ...settings, port: settings.port ?? portFor(tuixDir, name) }
  const token = settings.token ?? randomBytes(32).toString('base64url')
  const listening = await listenWith(opened, {
    token,
    control: preparing(elsewhere, control),
    version: VERSION,
    activity: { requests() {} },
    routes: {},
    used() {},
  })
  return { url: urlOf(opened), token, close: () => listening.close() }
}

/** The same operations; a start is made what the target takes. */
function preparing({ prepare }: Elsewhere, control: Control): Control {
  return controlBy({
    ask: async (name, input) => {
      const asked = OPERATIONS[name].runsPrograms ? await prepare(input) : input
      return await (control[name] as (input: object) => Promise<unknown>)(asked)
    },
    listen: (name, ...how) => (control[name] as Listen<object, unknown>)(...how),
  })
}

/** The same for a project and its targets, so that a bookmark holds. */
function portFor(tuixDir: string, targets: string): number {
  const taken = new Set(listeners().map(({ port }) => port))
  // A space is in no name of a process.
  const port = automaticPort(hash(tuixDir, 16), ` web ${targets}`, (one) => taken.has(one))
  if (port === undefined) throw new ProcessManagerError('start-failed', 'no port is free for the web listener')
  return port
}
