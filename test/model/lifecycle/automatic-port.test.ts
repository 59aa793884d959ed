import { describe, expect, it } from 'vitest'
import { automaticPort } from '../../../src/model/lifecycle/automatic-port.ts'

const free = () => false

describe('automaticPort', () => {
  it('is the same for the same project and name, another for others', () => {
    const port = automaticPort('/srv/app', 'web', free)
    expect(automaticPort('/srv/app', 'web', free)).toBe(port)
    const others = [automaticPort('/srv/app', 'api', free), automaticPort('/srv/app2', 'web', free)]
    expect(others).not.toContain(port)
    // A project and a name are not just glued together.
    expect(automaticPort('/srv', 'appweb', free)).not.toBe(automaticPort('/srvapp', 'web', free))
  })

  it('is in 20000 to 29999 and well spread', () => {
    const ports = Array.from({ length: 200 }, (_, i) => automaticPort('/srv/app', `web-${i}`, free) ?? 0)
    expect(ports.every((port) => port >= 20_000 && port <= 29_999)).toBe(true)
    expect(new Set(ports).size).toBeGreaterThan(190)
    const neighbours = ports.filter((port) => ports.includes(port + 1)).length
    expect(neighbours).toBeLessThan(20)
  })

  it('is the next one where that is taken, from the last one on to the first', () => {
    const port = automaticPort('/srv/app', 'web', free) ?? 0
    expect(automaticPort('/srv/app', 'web', (asked) => asked === port)).toBe(port === 29_999 ? 20_000 : port + 1)
    expect(automaticPort('/srv/app', 'web', (asked) => asked >= port)).toBe(port === 20_000 ? undefined : 20_000)
    expect(automaticPort('/srv/app', 'web', () => true)).toBeUndefined()
  })

  it.each([
    ['/srv/app', 'web', 20_081],
    ['/srv/app', 'api', 20_273],
    ['/home/me/shop', 'worker-2', 21_073],
    ['', '', 22_407],
  ])('of %j and %j was %d in every version', (project, name, port) => {
    expect(automaticPort(project, name, free)).toBe(port)
  })
})
