import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, check, disposing, rowsOf } from '../lib/everyone.mjs'
import { BLOCK, declarationOf, flood, release } from '../lib/flood.mjs'
import { sleep, temporary, until } from '../lib/run.mjs'
import { faultsOfFiles, sequence, sum } from '../lib/sequence.mjs'
import { interleaved } from '../lib/statistics.mjs'
import { ours } from '../managers/ours.mjs'

const LINES = 5_000_000
const LENGTH = 40
/** MB. */
const MAX_LOG_SIZE = 2

/**
 * Five million numbered lines as fast as a process can write them, with rotation and without; then once more while
 * `logs -f` follows. Whatever is missing, there twice or torn, in the files or on the follower's side, is counted.
 */
export async function rotation(context) {
  const rounds = context.rounds(3)
  const folder = temporary('rotation')
  const bell = await openDoorbell()
  const settings = { folder, bell, lines: LINES, length: LENGTH, block: BLOCK }
  const kinds = { rotated: { maxLogSize: MAX_LOG_SIZE, maxLogFiles: 10_000 }, plain: {} }
  const processes = Object.entries(kinds).flatMap(([kind, limits]) =>
    Array.from({ length: rounds + 2 }, (_, i) => flood(`${kind}-${i}`, settings, limits)),
  )
  const managers = context.runtimes.map((runtime) => ours(runtime, processes.map(declarationOf)))
  try {
    return await disposing(managers, async () => {
      const faults = byName(managers, () => 0)
      const turns = new Map()
      const next = (manager, kind) => {
        const name = `${kind}-${nextNumber(turns, `${manager.name} ${kind}`)}`
        const process = processes.find((each) => each.name === name)
        rmSync(process.go, { force: true })
        return process
      }
      const sides = managers.flatMap((manager) =>
        Object.keys(kinds).map((kind) => ({ name: `${manager.name} ${kind}`, manager, kind })),
      )
      const ms = await interleaved(
        rounds,
        byName(sides, ({ manager, kind }) => async () => {
          const process = next(manager, kind)
          await manager.start(process.name)
          await sleep(1000)
          const took = await release(process, bell)
          faults[manager.name] += sum(await inFiles(manager, process))
          return took
        }),
      )
      const followed = byName(managers, () => undefined)
      for (const manager of managers) followed[manager.name] = await follow(manager, next(manager, 'rotated'), bell)
      return rowsOf(
        { ...context, peers: [] },
        byName(managers, ({ name }) => ms[`${name} rotated`]),
        (name, value) => ({
          what: '5,000,000 lines, rotated every 2 MB',
          unit: 'ms',
          bare: { what: 'not rotated', value: ms[`${name} plain`] },
          checks: [
            check(ms[`${name} plain`] / value, 0.7, '× the speed', { atLeast: true }),
            check(faults[name] + followed[name].inFiles, 0, 'lines lost, doubled or torn'),
            check(followed[name].printed, 0, 'the same of `logs -f`'),
          ],
        }),
      )
    })
  } finally {
    await bell.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function nextNumber(turns, key) {
  const number = turns.get(key) ?? 0
  turns.set(key, number + 1)
  return number
}

/** Faults in a process's files, archives included, when it has been stopped; they are removed. */
async function inFiles(manager, { name, maxLogSize }) {
  const live = manager.log(name)
  await until(() => statSync(live).size <= maxLogSize * 1e6 + 4096, {
    what: 'the last rotation',
    timeout: 60_000,
    every: 20,
  })
  await manager.stop(name)
  const folder = dirname(live)
  const archives = readdirSync(folder).filter((file) => file.startsWith(`${basename(live)}.`) && /\.\d+$/.test(file))
  const files = [...archives.sort().map((file) => join(folder, file)), live]
  const faults = await faultsOfFiles(files, LINES)
  for (const file of files) rmSync(file)
  return faults
}

async function follow(manager, process, bell) {
  await manager.start(process.name)
  const [program, ...args] = manager.command('logs', process.name, '--follow', '--raw', '-n', '0')
  const follower = spawn(program, args, { cwd: manager.folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(follower, 'exit')
  const found = sequence(LINES)
  let follows = false
  follower.stdout.on('data', (chunk) => {
    follows = true
    found.push(chunk)
  })
  try {
    await until(() => follows, { what: '`logs -f` to follow' })
    await release(process, bell)
    await until(() => found.complete(), { what: '`logs -f` to print all', timeout: 120_000, every: 20 }).catch(() => {})
    // Something that is printed twice may come late.
    await sleep(500)
  } finally {
    follower.kill('SIGINT')
    await ended
  }
  return { printed: sum(found.faults()), inFiles: sum(await inFiles(manager, process)) }
}
