import { join } from 'node:path'
import { launchdPlist, readPlist } from '../model/boot/launchd.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { InitManager, Scope } from './manager.ts'
import { run } from './run.ts'

const SUFFIX = '.plist'

/** launchd of macOS: agents of a user begin at the login, daemons of the system at boot. */
export function launchd({ isOfSystem, account }: Scope): InitManager {
  const domain = isOfSystem ? 'system' : `gui/${account.uid}`
  const folder = isOfSystem ? '/Library/LaunchDaemons' : join(account.home, 'Library/LaunchAgents')
  const file = (name: string) => join(folder, `${name}${SUFFIX}`)
  return {
    init: 'launchd',
    folder,
    suffix: SUFFIX,
    mode: 0o644,
    text: launchdPlist,
    read: readPlist,
    check() {
      if (process.platform !== 'darwin')
        throw new ProcessManagerError('unsupported', 'launchd is the init of macOS: print the file with --print')
    },
    enable(name) {
      run('launchctl', ['bootout', `${domain}/${name}`])
      const { ok, problem } = run('launchctl', ['bootstrap', domain, file(name)])
      if (!ok) throw new ProcessManagerError('unsupported', `${file(name)} cannot be loaded: ${problem}`)
      run('launchctl', ['enable', `${domain}/${name}`])
    },
    start(name) {
      const { ok, problem } = run('launchctl', ['kickstart', `${domain}/${name}`])
      return ok ? undefined : problem
    },
    disable(name, stop) {
      if (stop) run('launchctl', ['bootout', `${domain}/${name}`])
      run('launchctl', ['disable', `${domain}/${name}`])
    },
    reload: () => {},
    state(name) {
      const { ok, output } = run('launchctl', ['print', `${domain}/${name}`])
      const [, pid] = /^\s*pid = (\d+)$/m.exec(output) ?? []
      return { enabled: ok, active: pid !== undefined, pid: pid ? Number(pid) : null, word: ok ? 'loaded' : 'unknown' }
    },
    linger: () => undefined,
    lingers: () => null,
  }
}
