import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readUnit, systemdUnit } from '../model/boot/systemd.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { InitManager, Scope } from './manager.ts'
import { type Ran, run } from './run.ts'

/** Exists if systemd is the init of this machine (sd_booted(3)). */
const BOOTED = '/run/systemd/system'
const LINGER = '/var/lib/systemd/linger'
const LOOK_EVERY = 50
/** ms until the manager of a user is there that has just been allowed to linger. */
const MANAGER_START = 10_000

/** systemd, with the manager of the system or of the user. */
export function systemd({ isOfSystem, account }: Scope): InitManager {
  const env = isOfSystem ? process.env : { ...process.env, XDG_RUNTIME_DIR: runtimeFolder(account.uid) }
  const systemctl = (...args: string[]): Ran =>
    run('systemctl', ['--no-ask-password', ...(isOfSystem ? [] : ['--user']), ...args], env)
  const unit = (name: string) => `${name}.service`
  const must = (ran: Ran, what: string) => {
    if (!ran.ok) throw new ProcessManagerError('unsupported', `${what}: ${ran.problem}`)
  }
  const properties = (name: string) =>
    Object.fromEntries(
      systemctl('show', unit(name), '-p', 'ActiveState,SubState,MainPID,UnitFileState')
        .output.split('\n')
        .map((line) => line.split('=') as [string, string]),
    )
  return {
    init: 'systemd',
    folder: isOfSystem ? '/etc/systemd/system' : userFolder(account.home),
    suffix: '.service',
    mode: 0o644,
    text: systemdUnit,
    read: readUnit,
    check(notLingering) {
      if (!existsSync(BOOTED)) {
        const elsewhere = 'print the unit with --print, and install it where systemd is'
        throw new ProcessManagerError('unsupported', `systemd is not the init of this machine: ${elsewhere}`)
      }
      if (isOfSystem || systemctl('show-environment').ok) return
      const { name } = account
      const refused = notLingering === undefined ? '' : `, and it may not be started (${notLingering})`
      const todo = `log in as ${name}, or have root run \`loginctl enable-linger ${name}\` first`
      throw new ProcessManagerError('unsupported', `no service manager of ${name} runs${refused}: ${todo}`)
    },
    enable(name) {
      must(systemctl('daemon-reload'), 'systemd does not read its units again')
      must(systemctl('enable', unit(name)), `${unit(name)} cannot be enabled`)
    },
    start(name) {
      const { ok } = systemctl('start', unit(name))
      if (ok && properties(name).ActiveState === 'active') return undefined
      return `see: journalctl${isOfSystem ? '' : ' --user'} -u ${name} -n 20`
    },
    disable(name, stop) {
      if (stop) systemctl('stop', unit(name))
      must(systemctl('disable', unit(name)), `${unit(name)} cannot be disabled`)
    },
    reload: () => void systemctl('daemon-reload'),
    state(name) {
      const found = properties(name)
      const { ActiveState: word = '', SubState: detail = '', MainPID: pid = '0' } = found
      return {
        enabled: /^enabled/.test(found.UnitFileState ?? '') || (word === '' && isLinked(name)),
        active: word === '' ? null : word === 'active' || word === 'reloading',
        pid: Number(pid) || null,
        word: detail === 'auto-restart' ? 'failed' : word,
      }
    },
    linger() {
      if (this.lingers() !== false) return undefined
      // Without the name it would be the user of the session, and after `su` there is none.
      const { ok, problem } = run('loginctl', ['--no-ask-password', 'enable-linger', account.name])
      if (ok) waitForManager(account.uid)
      return ok ? undefined : problem
    },
    lingers: () => (isOfSystem ? null : existsSync(join(LINGER, account.name))),
  }

  /** A manager that does not run cannot be asked, but starts what is linked here. */
  function isLinked(name: string): boolean {
    return existsSync(join(userFolder(account.home), 'default.target.wants', unit(name)))
  }
}

export function isSystemd(): boolean {
  return existsSync(BOOTED)
}

function userFolder(home: string): string {
  return join(process.env.XDG_CONFIG_HOME || join(home, '.config'), 'systemd/user')
}

/** What a login sets. It is missing after `su`. */
function runtimeFolder(uid: number): string {
  return process.env.XDG_RUNTIME_DIR || `/run/user/${uid}`
}

function waitForManager(uid: number): void {
  const clock = new Int32Array(new SharedArrayBuffer(4))
  for (let waited = 0; waited < MANAGER_START; waited += LOOK_EVERY) {
    if (existsSync(join(runtimeFolder(uid), 'systemd/private'))) return
    Atomics.wait(clock, 0, 0, LOOK_EVERY)
  }
}
