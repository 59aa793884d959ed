import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childrenOf, isAlive, read } from '../lib/proc.mjs'
import { run, temporary, until } from '../lib/run.mjs'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const COMMAND = `${MODULES}/.bin/pm2`

export const pm2 = {
  name: 'pm2',
  available: () => existsSync(COMMAND),
  missing: 'pm2 is left out: npm install --prefix bench --no-package-lock',
  version: () => JSON.parse(read(`${MODULES}/pm2/package.json`)).version,
  create,
}

/** pm2 with a home of its own; `processes` as in our `processes.json`, of which it takes name, command and args. `settings`: more of each app. */
function create(processes, settings = {}) {
  const folder = temporary('pm2')
  const env = { PM2_HOME: join(folder, 'home'), PM2_DISABLE_VERSION_CHECK: 'true' }
  const apps = processes.map(({ name, command, args = [] }) => ({
    name,
    script: command,
    args,
    interpreter: 'none',
    exec_mode: 'fork',
    restart_delay: 0,
    max_restarts: 1_000_000,
    merge_logs: true,
    out_file: join(folder, `${name}.log`),
    error_file: join(folder, `${name}.err.log`),
    ...settings,
  }))
  writeFileSync(join(folder, 'apps.json'), JSON.stringify({ apps }))
  const command = (...args) => run(COMMAND, args, { cwd: folder, env })
  const pid = () => Number(read(join(folder, 'home/pm2.pid'))) || undefined
  return {
    name: 'pm2',
    folder,
    pid,
    children: () => childrenOf(pid()),
    start: (...names) => command('start', 'apps.json', ...(names.length > 0 ? ['--only', names.join(',')] : [])),
    list: () => command('list'),
    reload: () => command('reload', 'all'),
    stop: (...names) => command('stop', ...(names.length > 0 ? names : ['all'])),
    log: (process) => join(folder, `${process}.log`),
    async end() {
      const daemon = pid()
      if (!daemon) return
      await command('kill')
      await until(() => !isAlive(daemon), { what: 'pm2 to end' })
    },
    async dispose() {
      await this.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
