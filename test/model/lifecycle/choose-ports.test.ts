import { describe, expect, it } from 'vitest'
import { automaticPort } from '../../../src/model/lifecycle/automatic-port.ts'
import { choosePorts, type PortUse } from '../../../src/model/lifecycle/choose-ports.ts'
import { config } from '../processes.ts'

const nobody: PortUse = { project: 'f00d', isTaken: () => false, isGiven: () => false, isKept: () => false }
const automatic = (name: string) => automaticPort('f00d', name, () => false) ?? 0
const before = { port: null, restarts: 0 }

describe('the ports of a run', () => {
  it('are the numbers of its config, whether taken or not', () => {
    const use = { ...nobody, isTaken: () => true }
    expect(choosePorts({ ...before, config: config({ port: 3000 }) }, use)).toEqual({ port: 3000 })
    const ports = { debug: 9229, http: 3000 }
    expect(choosePorts({ ...before, config: config({ port: 3000, ports }) }, use)).toEqual({ port: 3000, ports })
  })

  it('are free ones that stay the same', () => {
    const one = config({ port: 'auto' })
    expect(choosePorts({ ...before, config: one }, nobody)).toEqual({ port: automatic('web') })
    expect(choosePorts({ port: 20_123, restarts: 0, config: one }, { ...nobody, isTaken: () => true })).toEqual({
      port: 20_123,
    })
  })

  it('are the same for one port and for the main one of several, and another for each name', () => {
    const several = config({ port: 'auto', ports: { debug: 'auto', http: 'auto' } })
    const chosen = choosePorts({ ...before, config: several }, nobody)
    expect(chosen).toEqual({
      port: automatic('web'),
      ports: { debug: automatic('web:debug'), http: automatic('web') },
    })
    expect(choosePorts({ restarts: 0, port: 20_123, config: several }, nobody)).toMatchObject({
      ports: { http: 20_123 },
    })
  })

  it('are none that another process has, is about to get or had', () => {
    const one = config({ port: 'auto' })
    const first = automatic('web')
    for (const key of ['isTaken', 'isGiven', 'isKept'] as const)
      expect(choosePorts({ ...before, config: one }, { ...nobody, [key]: (port: number) => port === first })).toEqual({
        port: first + 1,
      })
  })

  it('are undefined when none is free', () => {
    expect(choosePorts({ ...before, config: config({ port: 'auto' }) }, { ...nobody, isTaken: () => true })).toBe(
      undefined,
    )
  })
})

describe('a preferred port', () => {
  const one = config({ port: 'auto', preferredPort: 3000 })
  const taken = { ...nobody, isTaken: (port: number) => port === 3000 }

  it('is taken while it is free, and else the automatic one', () => {
    expect(choosePorts({ ...before, config: one }, nobody)).toEqual({ port: 3000 })
    expect(choosePorts({ ...before, config: one }, taken)).toEqual({ port: automatic('web') })
    expect(choosePorts({ ...before, config: one }, { ...nobody, isGiven: (port) => port === 3000 })).toEqual({
      port: automatic('web'),
    })
  })

  it('is taken again by a start, but not by a restart that nobody asked for', () => {
    expect(choosePorts({ port: 20_005, restarts: 0, config: one }, nobody)).toEqual({ port: 3000 })
    expect(choosePorts({ port: 20_005, restarts: 1, config: one }, nobody)).toEqual({ port: 20_005 })
  })

  it('leaves a start the port that it had, if that is free', () => {
    expect(choosePorts({ port: 20_005, restarts: 0, config: one }, taken)).toEqual({ port: 20_005 })
    const both = { ...nobody, isTaken: (port: number) => port === 3000 || port === 20_005 }
    expect(choosePorts({ port: 20_005, restarts: 0, config: one }, both)).toEqual({ port: automatic('web') })
  })

  it('is given to one of two ports', () => {
    const ports = { http: { prefer: 3000 }, admin: { prefer: 3000 } }
    expect(choosePorts({ ...before, config: config({ port: 'auto', preferredPort: 3000, ports }) }, nobody)).toEqual({
      port: 3000,
      ports: { http: 3000, admin: automatic('web:admin') },
    })
  })
})
