import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { processesOf } from '../helpers/processes.ts'
import type { Project } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'
import { projectWith, runExample } from './example.ts'
import { answer, killAndAwait } from './observe.ts'
import { freePorts } from './ports.ts'

let project: Project
afterEach(() => project.dispose())

const SERVICES = ['api-gateway', 'user-service', 'order-service', 'email-worker']

async function microservices(): Promise<{ app: Running; gateway: string }> {
  project = projectWith('microservices')
  const ports = await freePorts('gateway', 'users', 'orders')
  const changes = { 8080: `${ports.gateway}`, 8001: `${ports.users}`, 8002: `${ports.orders}` }
  const app = await runExample(project, 'microservices-architecture', changes, {
    USER_DB_URL: project.file('users.sqlite'),
    ORDER_DB_URL: project.file('orders.sqlite'),
    USER_SERVICE_URL: `http://localhost:${ports.users}`,
    ORDER_SERVICE_URL: `http://localhost:${ports.orders}`,
  })
  return { app, gateway: `http://127.0.0.1:${ports.gateway}` }
}

async function post(url: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}

/** Waits until the worker has written to somebody about an order. */
function confirmed(email: string, order: number): Promise<unknown> {
  const line = `to ${email}: order ${order}, `
  return until(() => project.read('.tuix/logs/email-worker.out.log').includes(line), { what: line })
}

describe('"Microservices Architecture"', () => {
  it('takes an order through all services, and goes on after each of them was killed', async () => {
    const { gateway } = await microservices()
    expect(await post(`${gateway}/users`, { email: 'first@example.com' })).toMatchObject({
      status: 201,
      body: { id: 1 },
    })
    expect(await post(`${gateway}/orders`, { user: 1, item: 'a lamp' })).toMatchObject({ status: 201, body: { id: 1 } })
    await confirmed('first@example.com', 1)

    const killed = await Promise.all(SERVICES.map((name) => killAndAwait(project, name)))
    for (const { before, after } of killed) {
      expect(after).toMatchObject({ status: 'running', health: 'healthy', restarts: 1, group: before.group })
      expect(after.pid).not.toBe(before.pid)
    }
    // The users are still there: DATABASE_URL reached the service in its second run, too.
    expect(JSON.parse(await answer(`${gateway}/users/1`))).toEqual({ id: 1, email: 'first@example.com' })
    await post(`${gateway}/orders`, { user: 1, item: 'a chair' })
    await confirmed('first@example.com', 2)
  })

  it('serves what it can while a group is stopped', async () => {
    const { gateway } = await microservices()
    expect((await project.ps('stop', '--group', 'services')).code).toBe(0)
    const stopped: ProcessState[] = (await project.ps('list', '--json')).json()
    expect(Object.fromEntries(stopped.map(({ name, status }) => [name, status]))).toEqual({
      'api-gateway': 'running',
      'user-service': 'stopped',
      'order-service': 'stopped',
      'email-worker': 'running',
    })
    expect((await fetch(`${gateway}/users/1`)).status).toBe(502)
    expect((await project.ps('start', '--group', 'services')).code).toBe(0)
    expect((await post(`${gateway}/users`, { email: 'second@example.com' })).status).toBe(201)
  })

  it('shuts down in the order that its app says', async () => {
    const { app } = await microservices()
    app.kill('SIGTERM')
    const { code, stdout, stderr } = await app.finished
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Shutting down services...')
    const stops = project
      .read('.tuix/events.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'stop')
      .map(({ name }) => name)
    expect(stops.slice(0, 2).sort()).toEqual(['order-service', 'user-service'])
    expect(stops.slice(2)).toEqual(['email-worker', 'api-gateway'])
    expect(processesOf(project.path)).toEqual([])
  })
})
