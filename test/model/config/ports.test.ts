import { expect, it } from 'vitest'
import {
  fixedPort,
  mainPortName,
  portsProblem,
  portVariable,
  portWishes,
  resolvedPorts,
} from '../../../src/model/config/ports.ts'

it('the main port is the one named http, or else the first', () => {
  expect(mainPortName({ debug: 1, http: 2 })).toBe('http')
  expect(mainPortName({ debug: 1, admin: 2 })).toBe('debug')
  expect(mainPortName(undefined)).toBe(undefined)
})

it('a named port has a variable of its own', () => {
  expect(portVariable('http')).toBe('PORT_HTTP')
  expect(portVariable('debug-ui')).toBe('PORT_DEBUG_UI')
})

it('a config has a port, or named ones, or none', () => {
  expect(resolvedPorts(undefined, undefined)).toEqual({ port: null })
  expect(resolvedPorts(3000, undefined)).toEqual({ port: 3000 })
  expect(resolvedPorts({ prefer: 3000 }, undefined)).toEqual({ port: 'auto', preferredPort: 3000 })
  const ports = { debug: 'auto', http: { prefer: 3000 } } as const
  expect(resolvedPorts(undefined, ports)).toEqual({ port: 'auto', preferredPort: 3000, ports })
  expect(portWishes(resolvedPorts(undefined, ports))).toEqual(Object.entries(ports))
  expect(portWishes(resolvedPorts({ prefer: 3000 }, undefined))).toEqual([['', { prefer: 3000 }]])
  expect(portWishes(resolvedPorts('auto', undefined))).toEqual([['', 'auto']])
  expect(portWishes(resolvedPorts(undefined, undefined))).toEqual([])
})

it('a port is fixed if its config has the number', () => {
  expect(fixedPort(resolvedPorts(3000, undefined))).toBe(3000)
  expect(fixedPort(resolvedPorts('auto', undefined))).toBe(undefined)
  expect(fixedPort(resolvedPorts(undefined, { http: 3000, debug: { prefer: 1 } }), 'http')).toBe(3000)
  expect(fixedPort(resolvedPorts(undefined, { http: 3000, debug: { prefer: 1 } }), 'debug')).toBe(undefined)
})

it.each([
  [{ port: 80, ports: { http: 80 } }, 'must not be set beside `port`: give that one a name too, such as `http`'],
  [{ ports: { http: 80 }, instances: 2 }, 'must be "auto" for several instances, which cannot share a port'],
  [{ ports: { http: 80, admin: 80 } }, 'has 80 twice, and a port can be used only once'],
  [{ ports: { 'a-b': 80, a_b: 81 } }, 'has `a-b` and `a_b`, which would both be PORT_A_B'],
])('named ports are refused in %j', (config, predicate) => {
  expect(portsProblem(config)).toBe(predicate)
})

it('named ports may be picked for each instance', () => {
  expect(portsProblem({ ports: { http: 'auto', debug: { prefer: 9229 } }, instances: 3 })).toBe(undefined)
  expect(portsProblem({ port: 80 })).toBe(undefined)
})
