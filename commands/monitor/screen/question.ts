import type { ProcessState } from '../../../src/index.ts'
import { processesOf, titleOf } from '../items.ts'
import { type Act, type Screen, selectedItem } from './model.ts'
import type { Updated } from './updated.ts'

/** What `s`, `r` and `R` come to: what ends nothing is done at once, else it is asked for. */
export function ask(screen: Screen, wish: 'toggle' | 'restart' | 'reload'): Updated {
  const item = selectedItem(screen)
  if (!item) return { screen }
  const states = processesOf(item)
  const up = states.filter(isUp)
  const act: Act = wish !== 'toggle' ? wish : up.length > 0 ? 'stop' : 'start'
  const names = (act === 'stop' ? up : states).map(({ name }) => name)
  if (up.length === 0) return { screen, order: { do: 'act', act, names } }
  const what =
    item.kind === 'group'
      ? `${titleOf(item)} (${names.length > 4 ? `${names.length} processes` : names.join(', ')})`
      : titleOf(item)
  const text = `${act[0]?.toUpperCase()}${act.slice(1)} ${what}?`
  return { screen: { ...screen, question: { act, names, text } } }
}

/** Whether something of it lives, or is about to. */
function isUp({ status, pid }: ProcessState): boolean {
  return pid !== null || !['stopped', 'crashed', 'error'].includes(status)
}
