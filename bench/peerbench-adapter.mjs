// An adapter of this program for a benchmark of process managers that describes each by its commands. It gives one
// manager for each runtime. The folder with the project is the benchmark's own; `dist/` must have been built.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from '../test/helpers/bun.mjs'

const COMMAND = fileURLToPath(new URL('../dist/tuix-ps.js', import.meta.url))

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

/** Without anything to do a daemon leaves after ten seconds: this is what it has to do while nothing else is managed. */
const KEEPER = { name: 'keeper', command: 'sleep 100000' }

/** A service as a process of ours: restarted at once and for ever, as the others do. */
function declare({ name, argv: [command, ...args], autorestart, killTimeoutMs }, rotate) {
  return {
    name,
    command,
    args,
    autorestart,
    stopTimeout: killTimeoutMs,
    restartDelay: 0,
    maxRestarts: 1_000_000,
    ...(rotate && { maxLogSize: rotate.maxBytes / 1e6, maxLogFiles: rotate.keep }),
  }
}

/** Archives of a log carry the offset of their first byte, so that their names sort in the order of writing. */
function logFiles(dir, name) {
  const folder = join(dir, '.tuix/logs')
  const live = `${name}.out.log`
  let files = []
  try {
    files = readdirSync(folder).filter(
      (file) => file.startsWith(`${live}.`) && /^\d+$/.test(file.slice(live.length + 1)),
    )
  } catch {
    // Not started yet.
  }
  files.sort((a, b) => Number(a.slice(live.length + 1)) - Number(b.slice(live.length + 1)))
  return [...files, live].map((file) => join(folder, file))
}

function adapter(name, program) {
  const command = (words) => `${program} ${COMMAND} ${words}`
  return {
    name,
    version: () => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
    configure(dir, services, { rotate, warm } = {}) {
      const processes = services.map((service) => declare(service, rotate))
      if (warm || services.length === 0) processes.push(KEEPER)
      mkdirSync(dir, { recursive: true })
      writeFileSync(join(dir, 'processes.json'), JSON.stringify(processes))
    },
    commands: {
      boot: command('start --all --no-wait'),
      start: command('start --all --no-wait'),
      list: command('list'),
      listJson: command('list --json'),
      stopAll: command('stop --all'),
      stopOne: command('stop {name}'),
      // A daemon without anything to do leaves by itself; the benchmark does not wait for that.
      shutdown: (_dir, _name, pid) => [
        '/bin/sh',
        '-c',
        `${program} ${COMMAND} stop --all${pid ? `; kill ${pid}` : ''}`,
      ],
    },
    mainPid: (dir) => JSON.parse(readOr(join(dir, '.tuix/supervisor.json'), '{}')).identity?.pid,
    logFiles,
  }
}

export default [adapter('tuix-ps on Node', process.execPath), adapter('tuix-ps on Bun', bunExecutable())]
