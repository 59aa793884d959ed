import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { childrenOf, isAlive, read } from '../lib/proc.mjs'
import { run, temporary, until } from '../lib/run.mjs'

const found = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'supervisord')))

export const supervisord = {
  name: 'supervisord',
  available: () => found,
  missing: 'supervisord is left out: apt-get install supervisor',
  version: () => execFileSync('supervisord', ['--version'], { encoding: 'utf8' }).trim(),
  create,
}

/**
 * supervisord with a socket of its own; `processes` as in our `processes.json`, of which it takes name, command and args.
 * `x-0`, `x-1` … are a group. It starts and stops the members of a group together and several groups one after the other,
 * and ends with one look a second for each group.
 */
function create(processes) {
  const folder = temporary('supervisord')
  const groups = new Map()
  for (const { name } of processes) {
    const group = name.replace(/-\d+$/, '')
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  const config = join(folder, 'supervisord.conf')
  const programs = processes.map(
    ({ name, command, args = [] }) => `[program:${name}]
command=${[command, ...args].map(quote).join(' ').replaceAll('%', '%%')}
autostart=false
autorestart=true
startsecs=0
startretries=1000000
stdout_logfile=${folder}/${name}.log
stdout_logfile_maxbytes=0
`,
  )
  writeFileSync(
    config,
    `[unix_http_server]
file=${folder}/s.sock
[supervisord]
directory=${folder}
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/s.sock
${programs.join('')}
${[...groups].map(([group, names]) => `[group:${group}]\nprograms=${names.join(',')}\n`).join('')}`,
  )
  const targets = (names) => (names.length > 0 ? [...groups].flatMap((group) => targetsIn(group, names)) : ['all'])
  const control = (...args) => run('supervisorctl', ['-c', config, ...args], { cwd: folder })
  const pid = () => Number(read(join(folder, 'supervisord.pid'))) || undefined
  return {
    name: 'supervisord',
    folder,
    pid,
    children: () => childrenOf(pid()),
    async start(...names) {
      if (!pid()) await run('supervisord', ['-c', config], { cwd: folder })
      await until(() => existsSync(`${folder}/s.sock`) && pid(), { what: 'supervisord to listen' })
      await control('start', ...targets(names))
    },
    list: () => control('status'),
    stop: (...names) => control('stop', ...targets(names)),
    log: (process) => join(folder, `${process}.log`),
    async end() {
      const daemon = pid()
      if (!daemon) return
      await control('shutdown')
      await until(() => !isAlive(daemon), { what: 'supervisord to end' })
    },
    async dispose() {
      await this.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A whole group as one, else those of its members that are named. */
function targetsIn([group, members], names) {
  const named = members.filter((name) => names.includes(name))
  return named.length === members.length ? [`${group}:*`] : named.map((name) => `${group}:${name}`)
}

function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
