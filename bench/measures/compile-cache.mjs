import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, disposing, rowsOf } from '../lib/everyone.mjs'
import { interleaved } from '../lib/statistics.mjs'
import { ours } from '../managers/ours.mjs'
import { ringing, startOne } from './cold-start.mjs'

/** `list` and a cold `start` with Node's compile cache and without it, on the Node that runs the bench. */
export async function compileCache(context) {
  if (process.getBuiltinModule('node:module').enableCompileCache === undefined) {
    throw new Error(`Node ${process.versions.node} has no compile cache: run the bench on Node 22 or later`)
  }
  const name = `Node ${process.versions.node}`
  const program = process.execPath
  const sides = [
    { name: 'with', program },
    { name: 'without', program, env: { NODE_DISABLE_COMPILE_CACHE: '1' } },
  ]
  const bell = await openDoorbell()
  try {
    return await disposing(
      sides.map((side) => ours(side, [ringing(bell)])),
      async (managers) => {
        const cold = await interleaved(
          context.rounds(30),
          byName(managers, (manager) => () => startOne(manager, bell)),
        )
        for (const manager of managers) {
          await manager.start()
          await bell.next()
        }
        const list = await interleaved(
          context.rounds(60),
          byName(managers, (manager) => async () => void (await manager.list())),
        )
        return [
          ...rows('`list` of 1, compile cache', list, name),
          ...rows('cold `start` of 1, until it runs, compile cache', cold, name),
        ]
      },
    )
  } finally {
    await bell.close()
  }
}

function rows(what, ms, name) {
  const shown = { runtimes: [{ name }], peers: [] }
  return rowsOf(shown, { [name]: ms.with }, () => ({
    what,
    unit: 'ms',
    bare: { what: 'without', value: ms.without },
    checks: [],
  }))
}
