import { fileURLToPath } from 'node:url'
import { clients } from '../../test/helpers/clients.mjs'
import { check, disposing } from '../lib/everyone.mjs'
import { freePort } from '../lib/free-port.mjs'
import { sleep, until } from '../lib/run.mjs'
import { ours } from '../managers/ours.mjs'

const SERVER = fileURLToPath(new URL('../../test/fixtures/served.mjs', import.meta.url))
const INSTANCES = 4
const CLIENTS = { keepAlive: 25, closing: 15, sockets: 10 }
/** ms between two reloads. */
const BREATH = 200

/**
 * 20 reloads of four instances on one port, while 50 clients ask without a pause: half of them over kept connections, some over new
 * ones, some over WebSockets; short, slow and long answers, and uploads. pm2 does it in its cluster mode, with the same program.
 */
export async function reload(context) {
  const results = {}
  for (const side of [...context.runtimes, ...context.peers.filter(({ name }) => name === 'pm2')]) {
    const port = await freePort()
    const manager = side.create ? clusterOf(side, port) : sharedBy(side, port)
    results[side.name] = await disposing([manager], () => reloads(manager, port, context.rounds(20)))
  }
  const { pm2 } = results
  return context.runtimes.flatMap(({ name }) => {
    const mine = results[name]
    const row = (what, unit, of, checks = []) => ({
      what: `reload of ${INSTANCES} instances under ${sum(CLIENTS)} clients: ${what}`,
      on: name,
      value: of(mine),
      unit,
      ...(pm2 && { peers: { pm2: of(pm2) } }),
      checks,
    })
    if (mine.failures.length > 0) context.note(`${name}: ${mine.failures[0]}`)
    return [
      row('requests and messages that failed', '', ({ failures }) => failures.length, [
        check(mine.failures.length, 0, ''),
      ]),
      row('requests and messages', '', ({ requests, messages }) => requests + messages),
      row('one reload', 'ms', ({ took }) => quantile(took, 0.5)),
      row('an answer, median', 'ms', ({ latencies }) => quantile(latencies, 0.5)),
      row('an answer, 99 %', 'ms', ({ latencies }) => quantile(latencies, 0.99)),
      row('an answer, 99.9 %', 'ms', ({ latencies }) => quantile(latencies, 0.999)),
    ]
  })
}

function sharedBy(runtime, port) {
  const web = { name: 'web', command: runtime.program, args: [SERVER], instances: INSTANCES, port, minUptime: 100 }
  return ours(runtime, [web])
}

function clusterOf(peer, port) {
  return peer.create([{ name: 'web', command: SERVER }], {
    interpreter: process.execPath,
    exec_mode: 'cluster',
    instances: INSTANCES,
    env: { PORT: String(port) },
    wait_ready: true,
    listen_timeout: 10_000,
    kill_timeout: 5000,
  })
}

async function reloads(manager, port, count) {
  await manager.start()
  await until(() => answers(port), { what: `${manager.name} to answer` })
  const load = clients(port, CLIENTS)
  const took = []
  await sleep(1000)
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    await manager.reload()
    took.push(performance.now() - begun)
    await sleep(BREATH)
  }
  const { requests, messages, failures, latencies } = await load.end()
  return { requests, messages, failures, latencies: latencies.sort((a, b) => a - b), took: took.sort((a, b) => a - b) }
}

function answers(port) {
  return fetch(`http://127.0.0.1:${port}/`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
}

function sum(counts) {
  return Object.values(counts).reduce((a, b) => a + b)
}
