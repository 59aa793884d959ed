import { spawn } from 'node:child_process'

/** What an init system gives to the first process of a service only. What that process starts must not take it for its own. */
const OWN_VARIABLES = [
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'JOURNAL_STREAM',
  'INVOCATION_ID',
  'SYSTEMD_EXEC_PID',
  'MEMORY_PRESSURE_WATCH',
  'MEMORY_PRESSURE_WRITE',
]

/** A part of systemd. */
const NOTIFY = 'systemd-notify'

/** Tells systemd how its service is (sd_notify(3)). */
export interface ServiceNotifier {
  /** It supervises. From now on it has to say that it lives, if the unit has `WatchdogSec=`. */
  ready(): void
  /** One line for `systemctl status`. */
  status(text: string): void
  /** It ends, and may take so many ms for that. */
  stopping(within: number): void
  close(): void
}

export interface NotifierOptions {
  env: Record<string, string | undefined>
  /** Whether the service still works; asked before it says that it lives. Never answers if it hangs. */
  works(): Promise<boolean>
  warn(message: string): void
}

/**
 * Takes the variables of the init system out of the environment. Undefined if none waits for news.
 *
 * Neither Node nor Bun can send a datagram to a Unix socket, so a program does it.
 */
export function takeNotifier({ env, works, warn }: NotifierOptions): ServiceNotifier | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = env
  for (const name of OWN_VARIABLES) delete env[name]
  if (!socket) return undefined
  let hasWarned = false
  let last = ''
  let timer: NodeJS.Timeout | undefined
  const tell = (...assignments: string[]) => {
    const child = spawn(NOTIFY, assignments, { env: { ...env, NOTIFY_SOCKET: socket }, stdio: 'ignore' })
    child.once('error', () => {
      if (!hasWarned) warn(`${NOTIFY} cannot be run, so that systemd does not hear from this service`)
      hasWarned = true
    })
    child.unref()
  }
  const isWatched = microseconds !== undefined && (pid === undefined || Number(pid) === process.pid)
  const every = isWatched ? Number(microseconds) / 1000 / 2 : 0
  return {
    ready() {
      tell('READY=1')
      if (every > 0) timer = setInterval(() => void works().then((does) => does && tell('WATCHDOG=1')), every)
    },
    status(text) {
      if (text !== last) tell(`STATUS=${text}`)
      last = text
    },
    stopping(within) {
      clearInterval(timer)
      tell('STOPPING=1', `EXTEND_TIMEOUT_USEC=${Math.ceil(within * 1000)}`)
    },
    close: () => clearInterval(timer),
  }
}
