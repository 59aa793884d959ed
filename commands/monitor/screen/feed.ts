import type { LogQuery } from '../../../src/index.ts'
import { followedNames, type Screen } from './model.ts'

/** The lines that the log pane follows. */
export interface Feed {
  names: string[]
  query: LogQuery
}

/** Earlier lines that a followed log begins with. */
const EARLIER = 500

/** The feed for this screen, and a key that changes only when the feed does. */
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

/** The search text as a regular expression, or literally if it is not a valid one. Without capitals, case is ignored. */
export function patternOf(search: string, flags = ''): RegExp {
  const all = search === search.toLowerCase() ? `${flags}i` : flags
  try {
    return new RegExp(search, all)
  } catch {
    return new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), all)
  }
}
