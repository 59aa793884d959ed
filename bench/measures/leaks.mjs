import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { check, disposing, rowsOf } from '../lib/everyone.mjs'
import { memoryOf } from '../lib/proc.mjs'
import { sleep, until } from '../lib/run.mjs'
import { ours } from '../managers/ours.mjs'

const CRASHES = 10_000
const STREAMS = 5000
/** An hour's runs of what is due every second, in the time of ten times as many processes. */
const SCHEDULED = 30
const RUNS = 3600
/** After so much of everything memory is near what it stays at: code is compiled, buffers and heaps have grown. */
const WARM = 0.3
/** MiB by which the garbage of a runtime comes and goes. */
const NOISE = 16
const SETTLED = 3000

const processes = [
  { name: 'keeper', command: 'sleep', args: ['100000'] },
  ...Array.from({ length: 4 }, (_, i) => ({
    name: `crash-${i}`,
    command: '/bin/false',
    restartDelay: 0,
    maxRestarts: 1_000_000,
  })),
  ...Array.from({ length: SCHEDULED }, (_, i) => ({
    name: `timed-${i}`,
    command: '/bin/true',
    schedule: '* * * * * *',
    autorestart: false,
  })),
]
const named = (start) => processes.map(({ name }) => name).filter((name) => name.startsWith(start))

/** What is left in a supervisor of ten thousand crashes, five thousand event streams and an hour of runs every second. */
export async function leaks(context) {
  const values = {}
  for (const runtime of context.runtimes) {
    values[runtime.name] = await disposing([ours(runtime, processes)], async ([manager]) => {
      await manager.start('keeper')
      return {
        crashes: await leftBy(manager, (part) => crash(manager, part * CRASHES)),
        streams: await leftBy(manager, (part) => streams(manager, part * STREAMS)),
        runs: await leftBy(manager, (part) => scheduled(manager, part * RUNS)),
      }
    })
  }
  const rows = (key, what) =>
    [
      ['memory', 'MiB', NOISE],
      ['descriptors', '', 0],
      ['watches', '', 0],
    ].flatMap(([kind, unit, limit]) =>
      rowsOf({ ...context, peers: [] }, values, (name) => {
        const value = values[name][key][kind]
        return { what: `${kind} left by ${what}`, value, unit, checks: [check(value, limit, unit)] }
      }),
    )
  return [
    ...rows('crashes', `${CRASHES.toLocaleString('en')} crashes`),
    ...rows('streams', `${STREAMS.toLocaleString('en')} event streams`),
    ...rows('runs', `${RUNS.toLocaleString('en')} scheduled runs`),
  ]
}

/** What is there afterwards that was not after the first part. */
async function leftBy(manager, act) {
  await act(WARM)
  await sleep(SETTLED)
  const before = holdings(manager.pid())
  await act(1 - WARM)
  await sleep(SETTLED)
  const after = holdings(manager.pid())
  return Object.fromEntries(Object.entries(after).map(([key, value]) => [key, value - before[key]]))
}

function holdings(pid) {
  const folder = `/proc/${pid}/fd`
  const open = readdirSync(folder)
  return {
    memory: memoryOf(pid).rss,
    descriptors: open.length,
    watches: open.reduce((sum, fd) => sum + watchesOf(pid, fd), 0),
  }
}

function watchesOf(pid, fd) {
  try {
    if (!readlinkSync(`/proc/${pid}/fd/${fd}`).includes('inotify')) return 0
    return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8').split('\ninotify ').length - 1
  } catch {
    return 0
  }
}

async function crash(manager, count) {
  const before = restartsOf(manager)
  await manager.start(...named('crash'))
  await until(() => restartsOf(manager) - before >= count, { what: `${count} crashes`, timeout: 1_200_000, every: 250 })
  await manager.stop(...named('crash'))
}

const runsOf = (manager, prefix) =>
  JSON.parse(readFileSync(join(manager.folder, '.tuix/state.json'), 'utf8'))
    .processes.filter(({ config }) => config.name.startsWith(prefix))
    .reduce((sum, { run }) => sum + run, 0)
const restartsOf = (manager) => runsOf(manager, 'crash')

async function scheduled(manager, count) {
  const before = runsOf(manager, 'timed')
  await manager.start(...named('timed'))
  await until(() => runsOf(manager, 'timed') - before >= count, {
    what: `${count} runs`,
    timeout: 1_200_000,
    every: 250,
  })
  await manager.stop(...named('timed'))
}

/** Fifty at a time: they come, hear that they are heard, and go without a word. */
async function streams(manager, count) {
  for (let done = 0; done < count; done += 50) await Promise.all(Array.from({ length: 50 }, () => visit(manager)))
}

function visit(manager) {
  return new Promise((resolve, reject) => {
    const connection = connect(join(manager.folder, '.tuix/supervisor.sock'))
    connection.on('error', reject).once('close', resolve)
    connection.on('data', (data) => {
      if (String(data).includes(': listening')) connection.destroy()
    })
    connection.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n')
  })
}
