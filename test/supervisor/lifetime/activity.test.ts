import { beforeEach, describe, expect, it } from 'vitest'
import { Activity } from '../../../src/supervisor/lifetime/activity.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'

let isBusy: boolean
let reported: boolean[]
let activity: Activity
let clock: VirtualClock
beforeEach(() => {
  clock = new VirtualClock()
  isBusy = false
  reported = []
  activity = new Activity({ isBusy: () => isBusy }, clock, (busy) => reported.push(busy))
})

describe('the activity of a supervisor', () => {
  it('is reported at first, and then when it changes', () => {
    activity.update()
    activity.update()
    isBusy = true
    activity.update()
    activity.update()
    expect(reported).toEqual([false, true])
  })

  it('goes on while either a process or a request keeps the supervisor busy', () => {
    activity.requests(1)
    isBusy = true
    activity.requests(-1)
    isBusy = false
    activity.update()
    expect(reported).toEqual([true, false])
  })

  it('lasts for a while after the web listener was used, from the last use on', () => {
    activity.staysFor(600)
    clock.advance(400)
    activity.staysFor(600)
    clock.advance(500)
    expect(reported).toEqual([true])
    clock.advance(100)
    expect(reported).toEqual([true, false])
    activity.staysFor(600)
    activity.close()
    clock.advance(600)
    expect(reported).toEqual([true, false, true])
  })

  it('is not reported after the end of the supervisor', () => {
    activity.requests(1)
    activity.close()
    activity.requests(-1)
    expect(reported).toEqual([true])
  })
})
