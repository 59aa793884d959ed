import type { ProcessState } from '../../../src/index.ts'
import { isAtRest } from '../../../src/internal.ts'
import { processesOf, titleOf } from '../items.ts'
import { type Act, type Screen, selectedItem, type Updated } from './model.ts'

/** Handles `s`, `r` and `R`. An action that ends no process is done at once; others have to be confirmed. */
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

/** Whether the process is alive, or about to be. */
function isUp(state: ProcessState): boolean {
  return !isAtRest({ type: state.phase })
}
