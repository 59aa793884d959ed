/*
 * Preloaded into the commands of chaos and the supervisors that they launch: their time of day is set by a file, and with it
 * the times of files. The clock that measures durations goes on, and what is managed knows nothing of it. It is no ES module,
 * because on Bun what those import by name is fixed by the first that imports it.
 */
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

const { readFileSync, statSync, fstatSync } = fs
const { open } = fs.promises
const really = Date.now
let file = '[]'

/** What a clock showed at that time, epoch ms: the file says since when it was ahead by how many ms, each time it was set. */
function shown(time) {
  try {
    file = readFileSync(process.env.CHAOS_CLOCK, 'utf8')
  } catch {
    // At the end of the test it is deleted before the last supervisor has ended.
  }
  return time + (JSON.parse(file).findLast(({ since }) => since <= time)?.by ?? 0)
}

function written(stats) {
  if (typeof stats?.mtimeMs === 'number') stats.mtimeMs = shown(stats.mtimeMs)
  return stats
}

Date.now = () => shown(really())
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], newTarget),
})
fs.statSync = (...args) => written(statSync(...args))
fs.fstatSync = (...args) => written(fstatSync(...args))
fs.promises.open = async (...args) => {
  const handle = await open(...args)
  const stat = handle.stat.bind(handle)
  handle.stat = async (...options) => written(await stat(...options))
  return handle
}
syncBuiltinESMExports()
