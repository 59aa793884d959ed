import { describe, expect, it } from 'vitest'
import { expandInstances } from '../../../src/model/config/instances.ts'
import { keptForwarders, withForwarders } from '../../../src/model/planning/forwarders.ts'
import { stopOrder } from '../../../src/model/planning/order.ts'
import { config } from '../processes.ts'

const web = expandInstances(config({ name: 'web', instances: 2, port: 3000 }))
const all = [...web, config({ name: 'db' }), config({ name: 'worker', dependsOn: { web: 'ready' } })]
const declared = (port = 3000) =>
  new Map(expandInstances(config({ name: 'web', instances: 2, port })).map((each) => [each.name, each]))

describe('a forwarder', () => {
  it('comes with any of its instances', () => {
    expect(withForwarders(['web-2'], all)).toEqual(['web-2', 'web-proxy'])
    expect(withForwarders(['web-proxy', 'web-1'], all)).toEqual(['web-proxy', 'web-1'])
    expect(withForwarders(['db', 'unknown'], all)).toEqual(['db', 'unknown'])
  })

  it('is left alone by a restart, unless it is named or has changed', () => {
    expect([...keptForwarders({ names: ['web'] }, all, declared())]).toEqual(['web-proxy'])
    expect([...keptForwarders({ all: true }, all, new Map())]).toEqual(['web-proxy'])
    expect([...keptForwarders({ names: ['web-proxy'] }, all, declared())]).toEqual([])
    expect([...keptForwarders({ names: ['web'] }, all, declared(3001))]).toEqual([])
  })

  it('stops before its instances, after what needs them', () => {
    const order = stopOrder(['web-1', 'web-2', 'web-proxy', 'worker', 'db'], all)
    expect([...order.keys()]).toEqual(['worker', 'web-proxy', 'web-1', 'web-2', 'db'])
    expect(order.get('web-1')).toEqual(expect.arrayContaining(['web-proxy', 'worker']))
    expect(order.get('web-proxy')).toEqual(['worker'])
  })
})
