import { describe, expect, it } from 'vitest'
import type { ResolvedProcess } from '../../../src/model/config/config.ts'
import type { StartRequest } from '../../../src/model/planning/requests.ts'
import { type ResolveConfig, resolveRequest } from '../../../src/model/planning/resolve.ts'
import { config } from '../processes.ts'

type Context = Parameters<ResolveConfig>[1]

/** What becomes of a request, and what whoever resolves its processes is told. */
async function resolved(request: Partial<StartRequest>, present: ResolvedProcess[] = []) {
  const told: Context[] = []
  const declared = await resolveRequest({ environment: {}, ...request }, present, async (input, context) => {
    told.push(context)
    const { name = 'web', instances = 1 } = (input ?? {}) as { name?: string; instances?: number }
    return config({ name, instances })
  })
  return { declared, told, names: [...declared.keys()] }
}

const WEB = { name: 'web', command: 'server' }
const DB = { name: 'db', command: 'postgres' }

describe('a request', () => {
  it('declares nothing where it only names', async () => {
    expect((await resolved({ names: ['web'] })).names).toEqual([])
  })

  it('is told by the place in its list where nobody says where it comes from', async () => {
    const { told, names } = await resolved({ processes: [WEB, DB] })
    expect(told).toEqual([
      { path: 'processes[0]', cwd: '/' },
      { path: 'processes[1]', cwd: '/' },
    ])
    expect(names).toEqual(['web', 'db'])
  })

  it('passes on where each comes from, the defaults and who has checked it', async () => {
    const defaults = { maxRestarts: 2 }
    const request = { processes: [WEB, DB], origins: { db: 'app.ts: processes[4]' }, defaults, checkedBy: '0.1.0' }
    expect((await resolved(request)).told).toEqual([
      { path: 'processes[0]', cwd: '/', defaults, checkedBy: '0.1.0' },
      { path: '', cwd: '/', origin: 'app.ts: processes[4]', defaults, checkedBy: '0.1.0' },
    ])
  })

  it('leaves what is no process to the schema', async () => {
    const nothing = null as unknown as typeof WEB
    expect((await resolved({ processes: [nothing], origins: { web: 'app.ts' } })).names).toEqual(['web'])
    const dependsOn = null as unknown as string[]
    expect((await resolved({ processes: [{ ...WEB, dependsOn }] })).names).toEqual(['web'])
  })

  it('says of each which config it is of, where there is one', async () => {
    const { declared } = await resolved({ processes: [WEB], source: '/srv/processes.json' })
    expect(declared.get('web')).toEqual({ ...config({ name: 'web' }), source: '/srv/processes.json' })
    expect((await resolved({ processes: [WEB] })).declared.get('web')).toEqual(config({ name: 'web' }))
  })

  it('is of as many instances as declared, or scaled to', async () => {
    const processes = [{ ...WEB, instances: 2 }]
    expect((await resolved({ processes })).names).toEqual(['web-1', 'web-2'])
    expect((await resolved({ processes, scale: { web: 3 } })).names).toEqual(['web-1', 'web-2', 'web-3'])
    expect((await resolved({ processes, scale: { other: 3 } })).names).toEqual(['web-1', 'web-2'])
  })

  it('names everything once, instances too', async () => {
    await expect(resolved({ processes: [WEB, DB, WEB] })).rejects.toMatchObject({ code: 'config' })
    const processes = [
      { ...WEB, instances: 2 },
      { ...WEB, name: 'web-2' },
    ]
    await expect(resolved({ processes })).rejects.toThrow('`web-2`')
  })

  it('does not repeat a job that others wait for, unless its config says so', async () => {
    const web = { ...WEB, dependsOn: { db: 'completed' as const } }
    const policyOf = async (request: Partial<StartRequest>, present: ResolvedProcess[] = []) =>
      (await resolved(request, present)).declared.get('db')?.autorestart
    expect(await policyOf({ processes: [web, DB] })).toBe('on-failure')
    expect(await policyOf({ processes: [DB] }, [config({ dependsOn: { db: 'completed' } })])).toBe('on-failure')
    expect(await policyOf({ processes: [{ ...WEB, dependsOn: ['db'] }, DB] })).toBe(true)
    expect(await policyOf({ processes: [{ ...WEB, dependsOn: { db: 'ready' } }, DB] })).toBe(true)
    expect(await policyOf({ processes: [web, { ...DB, autorestart: true }] })).toBe(true)
    expect(await policyOf({ processes: [web, DB], defaults: { autoRestart: true } })).toBe(true)
    // What the config says now counts, not what it said before.
    expect(await policyOf({ processes: [WEB, DB] }, [config({ dependsOn: { db: 'completed' } })])).toBe(true)
  })
})
