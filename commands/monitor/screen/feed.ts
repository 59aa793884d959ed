import type { LogQuery } from '../../../src/index.ts'
import { followedNames, type Screen } from './model.ts'

/** Which lines the log pane follows. */
export interface Feed {
  names: string[]
  query: LogQuery
}

/** Lines of before that a followed log begins with. */
const EARLIER = 500

/** What is to be followed for this screen, and a text that is the same as long as that is. */
export function feedFor(screen: Screen): { feed: Feed; key: string } {
  const { level, eventsOnly, search } = screen.log
  const names = followedNames(screen)
  const query: LogQuery = {
    lines: EARLIER,
    ...(level && { level }),
    ...(eventsOnly && { streams: ['system'] }),
    ...(search !== '' && { grep: patternOf(search) }),
  }
  return { feed: { names, query }, key: JSON.stringify([names, level, eventsOnly, search]) }
}

/** A regular expression, or the words as they are where it is none. Without capitals, case does not count. */
export function patternOf(search: string, flags = ''): RegExp {
  const all = search === search.toLowerCase() ? `${flags}i` : flags
  try {
    return new RegExp(search, all)
  } catch {
    return new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), all)
  }
}
