import { describe, expect, it } from 'vitest'
import { listView } from '../../../commands/list/view.ts'
import type { Flags } from '../../../commands/shared/command.ts'
import { processState } from '../states.ts'

const STATES = [
  processState({ name: 'web-10', instanceOf: 'web', group: 'front', cpu: 3, memory: 10, restarts: 1 }),
  processState({ name: 'web-9', instanceOf: 'web', group: 'front', cpu: 9, memory: 20, health: 'healthy' }),
  processState({ name: 'db', status: 'crashed', pid: null, cpu: null, memory: null, uptime: 0, restarts: 4 }),
  processState({ name: 'job', group: 'back', status: 'stopped', pid: null, cpu: null, memory: null, uptime: 0 }),
]
const names = (flags: Flags) =>
  listView({ flags })
    .select(STATES)
    .map(({ name }) => name)

describe('--sort', () => {
  it.each([
    ['name', ['db', 'job', 'web-9', 'web-10']],
    ['status', ['db', 'web-10', 'web-9', 'job']],
    ['cpu', ['web-9', 'web-10', 'db', 'job']],
    ['memory', ['web-9', 'web-10', 'db', 'job']],
    ['uptime', ['web-10', 'web-9', 'db', 'job']],
    ['restarts', ['db', 'web-10', 'web-9', 'job']],
  ])('%s', (sort, expected) => {
    expect(names({ sort })).toEqual(expected)
    expect(listView({ flags: { sort } }).isSorted).toBe(true)
  })
})

describe('--filter', () => {
  it.each([
    [['status=running'], ['web-10', 'web-9']],
    [
      ['status=running', 'status=crashed'],
      ['web-10', 'web-9', 'db'],
    ],
    [['status=running', 'health=healthy'], ['web-9']],
    [['health=none'], ['web-10', 'db', 'job']],
    [['group=f*'], ['web-10', 'web-9']],
    [['name=web'], ['web-10', 'web-9']],
    [
      ['name=web-?', 'name=j*'],
      ['web-9', 'job'],
    ],
    [['name=nobody'], []],
  ])('%j', (filter, expected) => {
    expect(names({ filter })).toEqual(expected)
  })
})

describe('a wrong view', () => {
  it.each([
    [
      { sort: 'cpuu' },
      '--sort must be one of name, status, cpu, memory, uptime, restarts, not cpuu; did you mean `cpu`?',
    ],
    [{ filter: ['running'] }, '--filter must be KEY=VALUE, such as status=running, not running'],
    [{ filter: ['state=running'] }, 'the key of --filter must be one of status, health, group, name, not state'],
    [{ filter: ['status=runing'] }, 'not runing; did you mean `running`?'],
    [{ columns: 'name,pdi' }, 'not pdi; did you mean `pid`?'],
  ])('%j is refused with a correct value', (flags, sentence) => {
    expect(() => listView({ flags })).toThrow(sentence)
  })

  it('does not change the order of correct columns', () => {
    expect(listView({ flags: { columns: 'pid, name' } }).columns).toEqual(['pid', 'name'])
  })
})
