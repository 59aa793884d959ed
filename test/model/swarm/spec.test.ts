import { describe, expect, it } from 'vitest'
import { declared, owned } from './cluster.ts'

const specOf = (settings: object, deploy: object = {}) => owned(declared(settings, deploy), 2).service.Spec
const containerOf = (settings: object, deploy: object = {}) => specOf(settings, deploy).TaskTemplate.ContainerSpec

describe('the service of a process', () => {
  it('has what its config says', () => {
    const deploy = { constraints: ['node.role==worker'], resources: { memory: 64, cpus: 0.5 }, networks: ['back'] }
    const spec = specOf(
      { args: ['{{x}}'], command: 'node', env: { A: '1' }, group: 'api', stopSignal: 'SIGINT' },
      deploy,
    )
    expect(spec).toMatchObject({
      Name: 'shop_web',
      Mode: { Replicated: { Replicas: 2 } },
      TaskTemplate: {
        Placement: { Constraints: ['node.role==worker'] },
        Resources: { Limits: { MemoryBytes: 64 * 2 ** 20, NanoCPUs: 5e8 } },
        Networks: [{ Target: 'back' }],
        ContainerSpec: { Image: 'web:1', Command: ['node'], StopSignal: 'SIGINT', Labels: { 'tuix.group': 'api' } },
      },
      UpdateConfig: { Order: 'start-first', FailureAction: 'rollback', Parallelism: 1 },
    })
    expect(spec.TaskTemplate.ContainerSpec).toMatchObject({
      Args: ['{{"{{"}}x}}'],
      Env: expect.arrayContaining(['A=1']),
    })
  })

  it('publishes a fixed port, unless the network is that of the host', () => {
    expect(specOf({ port: 3000 }).EndpointSpec.Ports).toMatchObject([{ TargetPort: 3000, PublishMode: 'ingress' }])
    const onHost = specOf({ port: 3000 }, { networks: ['host'] })
    expect(onHost).toMatchObject({ EndpointSpec: { Ports: [] }, UpdateConfig: { Order: 'stop-first' } })
    expect(containerOf({ port: 'auto' }).Env).toContain('PORT=8080')
  })

  it('has secrets of the cluster as files', () => {
    expect(containerOf({}, { secrets: ['db', { name: 'db', file: 'password' }] }).Secrets).toMatchObject([
      { SecretID: 'id-of-db', File: { Name: 'db' } },
      { SecretID: 'id-of-db', File: { Name: 'password' } },
    ])
  })

  it.each([
    [{ autorestart: false }, { Condition: 'none' }],
    [{ schedule: '* * * * *' }, { Condition: 'none' }],
    [
      { autorestart: 'on-failure', maxRestarts: 'unlimited' },
      { Condition: 'on-failure', Delay: 1e9 },
    ],
    [
      { maxRestarts: 3, stableAfter: 1000 },
      { Condition: 'any', MaxAttempts: 3, Window: 1e9 },
    ],
  ])('is restarted as %j says', (settings, policy) => {
    expect(specOf(settings).TaskTemplate.RestartPolicy).toMatchObject(policy)
  })

  it.each<[object, object, string[]]>([
    [{}, { healthCommand: 'ok' }, ['CMD-SHELL', 'ok']],
    [{}, { healthCommand: ['ok', '-v'] }, ['CMD', 'ok', '-v']],
    [{ healthCheck: { type: 'exec', command: 'ok' } }, {}, ['CMD-SHELL', 'ok']],
    [{ command: 'serve', port: 8080, healthCheck: { type: 'tcp' } }, {}, ['CMD', 'nc', '-z', 'localhost', '8080']],
    [
      { command: 'serve', port: 8080, healthCheck: { type: 'http', url: '/ok' } },
      {},
      ['CMD', 'curl', '-fsS', '-o', '/dev/null', 'http://localhost:8080/ok'],
    ],
  ])('is checked from inside as %j and %j say', (settings, deploy, test) => {
    expect(containerOf(settings, deploy).Healthcheck).toMatchObject({ Test: test })
  })

  it.each([
    [{ type: 'tcp' }, "require('net').connect(80"],
    [{ type: 'http', url: '/ok' }, 'r.status'],
    [{ type: 'http', url: '/ok', expectedStatus: 204 }, '[204].includes(r.status)'],
  ])('is checked by its own runtime, if it has one: %j', (healthCheck, script) => {
    const { Test } = containerOf({ port: 80, healthCheck }).Healthcheck as { Test: string[] }
    expect(Test.slice(0, 3)).toEqual(['CMD', 'node', '-e'])
    expect(Test[3]).toContain(script)
  })

  it('is not checked by what needs a supervisor, or has no port', () => {
    expect(containerOf({ healthCheck: { type: 'output', outputPattern: 'up' } })).not.toHaveProperty('Healthcheck')
  })
})
