import { ours } from '../managers/ours.mjs'

/** This program on each runtime and each peer, every one managing the same processes in a folder of its own. */
export async function withManagers({ runtimes, peers }, processes, action) {
  return disposing(
    [...runtimes.map((runtime) => ours(runtime, processes)), ...peers.map((peer) => peer.create(processes))],
    action,
  )
}

/** Gives what the action gives; whatever became of it, nothing of the managers is left. */
export async function disposing(managers, action) {
  try {
    return await action(managers)
  } finally {
    const ended = await Promise.allSettled(managers.map((manager) => manager.dispose()))
    for (const { reason } of ended) if (reason) console.error(`left behind: ${reason.message}`)
  }
}

/** An object with one entry for each: its name, and what `pick` gives for it. */
export function byName(items, pick) {
  return Object.fromEntries(items.map((item) => [item.name, pick(item)]))
}

/** One row for each runtime: what was measured of this program there, and the same of the peers. */
export function rowsOf({ runtimes, peers }, values, describe) {
  return runtimes.map(({ name }) => ({
    on: name,
    value: values[name],
    peers: Object.fromEntries(
      peers.filter((peer) => values[peer.name] !== undefined).map((peer) => [peer.name, values[peer.name]]),
    ),
    ...beside(describe(name, values[name]), values[name], values[otherBuild(name)]),
  }))
}

/** The name under which another build on the same runtime is measured. */
export function otherBuild(runtime) {
  return `${runtime} (other)`
}

/** A row that also says what part this build takes of what the other one took, where that was measured. */
function beside(row, value, other) {
  return other === undefined ? row : { ...row, checks: [...row.checks, check(value / other, 1.05, '× other build')] }
}

/** A target: what it `is` and the `limit`, both in `unit`; `atLeast` where more is better. */
export function check(is, limit, unit, { atLeast = false } = {}) {
  return { is, limit, unit, atLeast, met: atLeast ? is >= limit : is <= limit }
}

/** Beside each peer that was measured: at most this part of what it takes. */
export function partOfPeers(value, values, parts) {
  return Object.entries(parts)
    .filter(([peer]) => values[peer] !== undefined)
    .map(([peer, part]) => check(value / values[peer], part, `× ${peer}`))
}

/** So many processes that do nothing. */
export function sleeps(count) {
  return Array.from({ length: count }, (_, i) => ({ name: `sleep-${i}`, command: 'sleep', args: ['100000'] }))
}
