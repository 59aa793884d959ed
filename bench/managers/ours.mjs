import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childrenOf, isAlive, kill, read } from '../lib/proc.mjs'
import { run, temporary, until } from '../lib/run.mjs'

const COMMAND = fileURLToPath(new URL('../../dist/tuix-ps.js', import.meta.url))

/**
 * This program on one runtime, managing processes (as in `processes.json`) in a folder of its own. `env` is added to its
 * environment, `command` is another build of it.
 */
export function ours({ name, program, env, command = COMMAND }, processes) {
  const folder = temporary('ours')
  writeFileSync(join(folder, 'processes.json'), JSON.stringify(processes))
  const ps = (...args) => run(program, [command, ...args], { cwd: folder, env })
  const pid = () => JSON.parse(read(join(folder, '.tuix/supervisor.json')) || '{}').identity?.pid
  return {
    name,
    folder,
    /** Program and arguments of a command, for those who run it in their own way. */
    command: (...args) => [program, command, ...args],
    ps,
    pid,
    children: () => childrenOf(pid()),
    start: (...names) => ps('start', ...(names.length > 0 ? names : ['--all']), '--no-wait'),
    reload: () => ps('reload', '--all'),
    list: () => ps('list'),
    stop: (...names) => ps('stop', ...(names.length > 0 ? names : ['--all'])),
    log: (process) => join(folder, `.tuix/logs/${process}.out.log`),
    /** Nothing runs any more, the supervisor neither. */
    async end() {
      if (!pid()) return
      await ps('stop', '--all')
      // Where the one of before was killed, the command has brought another.
      const supervisor = pid()
      if (!supervisor) return
      kill(supervisor, 'SIGTERM')
      await until(() => !isAlive(supervisor), { what: 'the supervisor to end' })
    },
    async dispose() {
      await this.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
