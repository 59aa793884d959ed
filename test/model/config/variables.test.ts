import { expect, it } from 'vitest'
import { ownVariables, serviceName } from '../../../src/model/config/variables.ts'

it('a process has the variables of its config, and its ports', () => {
  expect(ownVariables({ env: { A: '1', PORT: '80' } }, { port: null })).toEqual({ A: '1', PORT: '80' })
  expect(ownVariables({ env: { A: '1', PORT: '80' } }, { port: 3000 })).toEqual({ A: '1', PORT: '3000' })
  expect(ownVariables({ env: {} }, { port: 3000, ports: { http: 3000, 'debug-ui': 9229 } })).toEqual({
    PORT: '3000',
    PORT_HTTP: '3000',
    PORT_DEBUG_UI: '9229',
  })
})

it('a process is told its declared name as that of its service, if it reports and has none', () => {
  const web = { name: 'web-2', instanceOf: 'web', otlp: 'logs' } as const
  expect(serviceName(web, {})).toEqual({ OTEL_SERVICE_NAME: 'web' })
  expect(serviceName(web, { OTEL_RESOURCE_ATTRIBUTES: 'a=b' })).toEqual({ OTEL_SERVICE_NAME: 'web' })
  expect(serviceName(web, { OTEL_SERVICE_NAME: 'shop' })).toEqual({})
  expect(serviceName(web, { OTEL_RESOURCE_ATTRIBUTES: 'a=b, service.name=shop' })).toEqual({})
  const { otlp: _, ...silent } = web
  expect(serviceName(silent as Parameters<typeof serviceName>[0], {})).toEqual({})
})
