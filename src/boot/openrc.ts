import { existsSync } from 'node:fs'
import { openrcScript, readScript } from '../model/boot/openrc.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { InitManager, Scope } from './manager.ts'
import { run } from './run.ts'

/** Exists while OpenRC is the init of this machine. */
const BOOTED = '/run/openrc'

/** OpenRC, as in Alpine and Gentoo. It has services of the system only. */
export function openrc({ isOfSystem }: Scope): InitManager {
  return {
    init: 'openrc',
    folder: '/etc/init.d',
    suffix: '',
    mode: 0o755,
    text: openrcScript,
    read: readScript,
    check() {
      if (!isOpenrc())
        throw new ProcessManagerError(
          'unsupported',
          'OpenRC is not the init of this machine: print the script with --print',
        )
      if (!isOfSystem)
        throw new ProcessManagerError('usage', 'OpenRC has services of the system only: run this as root with --system')
    },
    enable(name) {
      const { ok, problem } = run('rc-update', ['add', name, 'default'])
      if (!ok) throw new ProcessManagerError('unsupported', `${name} cannot be enabled: ${problem}`)
    },
    start(name) {
      const { ok, problem } = run('rc-service', [name, 'start'])
      return ok ? undefined : problem
    },
    disable(name, stop) {
      if (stop) run('rc-service', [name, 'stop'])
      run('rc-update', ['del', name, 'default'])
    },
    reload: () => {},
    state(name) {
      const { ok, output } = run('rc-service', [name, 'status'])
      const enabled = existsSync(`/etc/runlevels/default/${name}`)
      return {
        enabled,
        active: ok,
        pid: null,
        word: output.includes('crashed') ? 'failed' : ok ? 'started' : 'stopped',
      }
    },
    linger: () => undefined,
    lingers: () => null,
  }
}

export function isOpenrc(): boolean {
  return existsSync(BOOTED)
}
