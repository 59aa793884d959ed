import type { Act, Screen } from './model.ts'

/** What is to be done because of an event. */
export type Order = { do: 'quit'; code: number } | { do: 'act'; act: Act; names: string[] }

/** What comes of an event. */
export interface Updated {
  screen: Screen
  order?: Order
}
