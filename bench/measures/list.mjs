import { byName, check, partOfPeers, rowsOf, sleeps, withManagers } from '../lib/everyone.mjs'
import { run, sleep } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'

/** `list` with ten processes, beside the least that the runtime takes to do nothing. */
export async function list(context) {
  return withManagers(context, sleeps(10), async (managers) => {
    for (const manager of managers) await manager.start()
    await sleep(1000)
    const nothing = context.runtimes.map(({ name, program }) => ({ name: bare(name), program }))
    const ms = await interleaved(context.rounds(20), {
      ...byName(managers, (manager) => async () => void (await manager.list())),
      ...byName(
        nothing,
        ({ program }) =>
          async () =>
            void (await run(program, ['-e', '0'])),
      ),
    })
    return rowsOf(context, ms, (name, value) => ({
      what: '`list`, 10 processes',
      unit: 'ms',
      bare: { what: bare(name), value: ms[bare(name)] },
      checks: [
        name.startsWith('Node')
          ? check(value / ms[bare(name)], 1.9, '× bare')
          : check(value - ms[bare(name)], 32, 'ms more than bare'),
        ...partOfPeers(value, ms, { pm2: 1 / 3 }),
      ],
    }))
  })
}

function bare(runtime) {
  return `${runtime.toLowerCase()} -e 0`
}
