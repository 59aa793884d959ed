import { delimiter } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { alive, processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { pathWithRuntimes } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'
import { runExample } from './example.ts'
import { killAndAwait, toldOf, upAgain } from './observe.ts'
import { freePorts } from './ports.ts'
import { createCluster, POSTGRES_PROGRAMS, sql } from './postgres.ts'
import { describeWith, execute, program, standIn } from './programs.ts'

let project: Project
afterEach(() => project.dispose())

interface Cluster {
  primary(query: string): Promise<string>
  replica(query: string): Promise<string>
  redis(...command: string[]): Promise<string>
}

/** Starts the example. What it starts as `postgres` and `redis-server` are the real ones, by way of stand-ins on the PATH. */
async function databaseCluster(): Promise<Cluster> {
  project = tempProject()
  const ports = await freePorts('primary', 'replica', 'redis')
  await createCluster(project, ports)
  // Without a `bind` it listens on all addresses of the machine.
  standIn(project, 'redis-server', [program('redis-server'), '$@', '--bind', '127.0.0.1'])
  const changes = {
    '/var/lib/postgresql/data': project.file('data'),
    '/var/lib/postgresql/replica': project.file('replica'),
    5432: `${ports.primary}`,
    5433: `${ports.replica}`,
    6379: `${ports.redis}`,
  }
  const path = [project.file('bin'), pathWithRuntimes()].join(delimiter)
  await runExample(project, 'database-cluster-management', changes, { PATH: path, DB_PASSWORD: 'secret' })
  const cluster: Cluster = {
    primary: (query) => sql(project, ports.primary, query),
    replica: (query) => sql(project, ports.replica, query),
    redis: (...command) => execute(project.path, [program('redis-cli'), '-p', String(ports.redis), ...command]),
  }
  await answering(cluster)
  return cluster
}

/** Waits until both databases take queries: the port is open, which the health check asks for, while they still recover. */
async function answering({ primary, replica }: Pick<Cluster, 'primary' | 'replica'>): Promise<void> {
  for (const query of [primary, replica]) await until(() => query('SELECT 1'), { what: 'an answer', everyMs: 100 })
}

/** Waits until the replica has as many rows as were written. */
function replicated({ replica }: Cluster, rows: number): Promise<unknown> {
  return until(async () => Number(await replica('SELECT count(*) FROM visits')) === rows, {
    what: `${rows} rows on the replica`,
    everyMs: 100,
  })
}

describeWith([...POSTGRES_PROGRAMS, 'redis-server', 'redis-cli'], '"Database Cluster Management"', () => {
  it('replicates and caches, and goes on after each server was killed', async () => {
    const cluster = await databaseCluster()
    const { primary, replica, redis } = cluster
    await primary('CREATE TABLE visits (page text)')
    await primary("INSERT INTO visits VALUES ('home')")
    await replicated(cluster, 1)
    expect(await replica('SELECT pg_is_in_recovery()')).toBe('t')
    expect(await redis('SET', 'page', 'home')).toBe('OK')
    expect(await redis('CONFIG', 'GET', 'maxmemory')).toMatch(/268435456$/)

    for (const name of ['postgres-replica', 'redis-cache', 'postgres-primary']) {
      const { after } = await killAndAwait(project, name)
      expect(after).toMatchObject({ status: 'running', health: 'healthy', restarts: 1 })
    }
    expect(await redis('PING')).toBe('PONG')
    await answering(cluster)
    await primary("INSERT INTO visits VALUES ('about')")
    await replicated(cluster, 2)
  })

  it('leaves no backend of a killed server beside the new one', async () => {
    const cluster = await databaseCluster()
    const { primary } = cluster
    // Busy for hours, and does not look whether its server still lives: a new server would refuse to start beside it.
    const query = 'SELECT count(*) FROM pg_class a, pg_class b, pg_class c, pg_class d'
    const busy = primary(query).catch((error: Error) => error)
    const active = `SELECT pid FROM pg_stat_activity WHERE query = '${query}' AND state = 'active'`
    const backend = Number(await until(() => primary(active), { what: 'the busy backend', everyMs: 100 }))
    const before = await project.state('postgres-primary')
    process.kill(before.pid ?? 0, 'SIGKILL')

    const after = await upAgain(project, before)
    expect(after).toMatchObject({ restarts: 1, run: before.run + 1 })
    expect(alive(backend)).toBe(false)
    expect(await busy).toBeInstanceOf(Error)
    // Some of its helpers come and go: one that is gone by now has no parent.
    const family = () =>
      processesOf(project.file('data'))
        .map((pid) => [pid, parentOf(pid)] as const)
        .filter(([, parent]) => !Number.isNaN(parent))
    const strangers = () => family().filter(([pid, parent]) => pid !== after.pid && parent !== after.pid)
    expect(strangers()).toEqual([])
    await until(() => family().length > 3, { what: 'the helpers of the new server' })
    expect(strangers()).toEqual([])
    expect(toldOf(project, 'postgres-primary').filter((event) => event.startsWith('crash'))).toHaveLength(1)
    await answering(cluster)
  })

  it('stops as a group, cleanly and completely', async () => {
    const { redis } = await databaseCluster()
    const { code, stderr } = await project.ps('stop', '--group', 'database')
    expect([code, stderr]).toEqual([0, ''])
    for (const name of ['postgres-primary', 'postgres-replica']) {
      expect(project.read(`.tuix/logs/${name}.err.log`)).toContain('database system is shut down')
      expect(await project.state(name)).toMatchObject({ status: 'stopped', pid: null })
    }
    expect(processesOf(project.file('data'))).toEqual([])
    expect(processesOf(project.file('replica'))).toEqual([])
    expect(await redis('PING')).toBe('PONG')
  })
})

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1])
}
