import { openDoorbell } from '../lib/doorbell.mjs'
import { byName, partOfPeers, rowsOf, withManagers } from '../lib/everyone.mjs'
import { interleaved } from '../lib/statistics.mjs'

/** From the command, with no supervisor running, until the one process runs. */
export async function coldStart(context) {
  const bell = await openDoorbell()
  const process = ringing(bell)
  try {
    return await withManagers(context, [process], async (managers) => {
      const ms = await interleaved(
        context.rounds(7),
        byName(managers, (manager) => () => startOne(manager, bell)),
      )
      return rowsOf(context, ms, (_name, value) => ({
        what: 'cold `start` of 1, until it runs',
        unit: 'ms',
        checks: partOfPeers(value, ms, { pm2: 1 / 3 }),
      }))
    })
  } finally {
    await bell.close()
  }
}

/** A process that rings the bell when it is up. */
export function ringing(bell) {
  return { name: 'one', command: '/bin/sh', args: ['-c', `echo up > ${bell.path}; exec sleep 100000`] }
}

/** ms until the one process of a manager has rung the bell; nothing runs before, nor afterwards. */
export async function startOne(manager, bell) {
  const begun = performance.now()
  const command = manager.start()
  await bell.next()
  const took = performance.now() - begun
  await command
  await manager.end()
  return took
}
