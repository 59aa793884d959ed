import { type Goal, type Judgement, judge } from '../model/outcome.ts'
import type { Managed } from './managed.ts'

/** Resolves when a command's goal is reached or out of reach. */
export function settle(managed: Managed, goal: Goal): Promise<Exclude<Judgement, 'pending'>> {
  return new Promise((resolve) => {
    const check = () => {
      const judgement = judge(managed.process, goal)
      if (judgement === 'pending') return false
      unsubscribe()
      resolve(judgement)
      return true
    }
    const unsubscribe = managed.onChange(check)
    check()
  })
}
