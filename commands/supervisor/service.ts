import { resolve } from 'node:path'
import type { Outcome, ProcessManager, ProcessState } from '../../src/index.ts'
import { EVENT_TYPES, type LoadedConfig, reasonOf, type ServiceNotifier, takeNotifier } from '../../src/internal.ts'
import { counted } from '../format/units.ts'
import type { CommandContext } from '../shared/command.ts'
import { loadDeclarations, withDeclared } from '../shared/open-manager.ts'

/* What `supervisor run` does more as a service of an init system, such as systemd. */

/** ms after a change until the init system is told: several processes often change together. */
const TELL_AFTER = 500
/** ms beyond the time of all processes within which a stop ends. */
const STOP_GRACE = 15_000

/** The config; without its processes if it cannot be read, since what ran before comes back all the same. */
export async function declarationsOfService(context: CommandContext): Promise<LoadedConfig> {
  try {
    return await loadDeclarations(context)
  } catch (error) {
    const { tuixDir } = context.flags
    if (tuixDir === undefined) throw error
    const folder = context.environment.cwd
    context.warn(`${reasonOf(error)}; processes come back as they ran before`)
    return {
      ...{ file: null, files: [], folder, tuixDir: resolve(folder, tuixDir), profile: null, processes: [] },
      ...{ origins: {}, envFiles: {}, web: null, proxy: false, alerts: [], targets: {}, defaults: {} },
    }
  }
}

/**
 * Starts what was up when the service ended, and what has `autostart` and was never started: of that nobody has said that it is
 * to be down. Resolves to the outcomes.
 */
export async function startWanted(
  context: CommandContext,
  manager: ProcessManager,
  { processes }: LoadedConfig,
): Promise<Outcome[]> {
  const states = await manager.list()
  const back = states.filter(({ comesBack }) => comesBack).map(({ name }) => name)
  const started = states.filter(({ run }) => run > 0).flatMap(({ name, instanceOf }) => [name, instanceOf])
  const fresh = processes.filter(({ name, autostart }) => autostart && !started.includes(name)).map(({ name }) => name)
  const start = async (names: string[], by: ProcessManager) =>
    names.length === 0 ? [] : await by.execute('start', { names }, { wait: false, automatic: true })
  const outcomes = await start(back, manager)
  if (fresh.length === 0) return outcomes
  return [...outcomes, ...(await withDeclared(context, (opened) => start(fresh, opened.manager)))]
}

/** Tells the init system how the processes are. */
export interface ServiceNews {
  ready(): void
  stopping(): Promise<void>
  close(): void
}

/** Undefined if no init system waits for news. Takes what concerns only this process out of the environment. */
export async function newsOf(
  { environment, warn }: CommandContext,
  manager: ProcessManager,
): Promise<ServiceNews | undefined> {
  const works = async () => {
    await manager.list()
    return true
  }
  const notifier = await takeNotifier({ env: environment.env, works, warn })
  return notifier && newsBy(notifier, manager)
}

function newsBy(notifier: ServiceNotifier, manager: ProcessManager): ServiceNews {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const tell = async () => {
    timer = undefined
    const states = await manager.list().catch(() => null)
    if (states && !isOver) notifier.status(statusLine(states))
  }
  const soon = () => {
    if (!isOver) timer ??= setTimeout(() => void tell(), TELL_AFTER)
  }
  const close = () => {
    isOver = true
    clearTimeout(timer)
    for (const type of EVENT_TYPES) manager.off(type, soon)
    notifier.close()
  }
  return {
    ready() {
      for (const type of EVENT_TYPES) manager.on(type, soon)
      notifier.ready()
      soon()
    },
    async stopping() {
      const states = await manager.list().catch(() => [])
      const details = await Promise.all(states.map(({ name }) => manager.status(name).catch(() => null)))
      // At worst each waits for the one before.
      const within = details.reduce((sum, detail) => sum + (detail?.pid ? detail.config.stopTimeout : 0), STOP_GRACE)
      notifier.stopping(within)
      close()
    },
    close,
  }
}

/** `3 of 4 processes up; failed: web`, for the status of the service. */
export function statusLine(states: Pick<ProcessState, 'name' | 'status' | 'wanted' | 'pid'>[]): string {
  const wanted = states.filter((state) => state.wanted === 'up')
  const up = wanted.filter(({ pid }) => pid !== null).length
  const failing = wanted.filter(({ status }) => status === 'error' || status === 'crashed').map(({ name }) => name)
  const rest = failing.length === 0 ? '' : `; failed: ${failing.join(', ')}`
  return `${up} of ${counted(wanted.length, 'process')} up${rest}`
}
