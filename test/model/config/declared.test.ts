import { describe, expect, it } from 'vitest'
import { declaredProcesses } from '../../../src/model/config/declared.ts'

const web = { name: 'web', command: 'bun' }

describe('declaredProcesses', () => {
  it('makes a list of what is declared in either form', () => {
    expect(declaredProcesses({})).toEqual([])
    expect(declaredProcesses({ processes: [web] })).toEqual([web])
    expect(declaredProcesses({ processes: { web: { command: 'bun' } } })).toEqual([web])
  })

  it('gives processes the defaults that they do not override', () => {
    const defaults = { cwd: 'a', group: 'g', env: { A: '1', B: '1' } }
    const processes = { web: { command: 'bun', cwd: undefined, group: 'own', env: { B: '2' } }, job: { command: 'x' } }
    expect(declaredProcesses({ defaults, processes: processes as never })).toEqual([
      { ...web, cwd: 'a', group: 'own', env: { A: '1', B: '2' } },
      { name: 'job', command: 'x', ...defaults },
    ])
  })

  it('throws at nothing: what is wrong is told later', () => {
    expect(declaredProcesses({ defaults: { group: 'g' }, processes: [null as never] })).toEqual([{ group: 'g' }])
  })
})
