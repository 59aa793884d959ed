import { interleaved } from './measure.mjs'
import { project, run } from './project.mjs'

/** `list` with ten processes, beside the least that the runtime takes to do nothing. */
export async function benchList({ name, program, rounds }) {
  const processes = Array.from({ length: 10 }, (_, i) => ({ name: `sleep-${i}`, command: 'sleep 1000' }))
  const ten = project(program, processes)
  try {
    await ten.ps('start', '--all')
    const { list, nothing } = await interleaved(rounds, {
      list: () => ten.ps('list'),
      nothing: () => run(program, ['-e', '0'], ten.path),
    })
    const target = name === 'node' ? { limit: 2.2, unit: '×' } : { limit: 45, unit: 'ms more' }
    const value = name === 'node' ? list / nothing : list - nothing
    return { what: `list, 10 processes, against ${name} -e 0`, ms: list, baseline: nothing, value, ...target }
  } finally {
    await ten.dispose()
  }
}
