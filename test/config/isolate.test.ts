import { describe, expect, it } from 'vitest'
import { parseProcess } from '../../src/config/index.ts'
import { isolated } from '../../src/config/isolate.ts'

const parsed = (config: object) => parseProcess({ command: 'node server.js', ...config }, { path: '', cwd: '/app' })
/** With the ports from 10001 on. */
const alone = (...configs: object[]) => {
  let last = 10_000
  return isolated(configs.map(parsed), () => ++last, {})
}

describe('processes of a stack', () => {
  it('have reserved ports in place of fixed and of automatic ones', () => {
    const [web, api, none] = alone({ name: 'web', port: 3000 }, { name: 'api', port: 'auto' }, { name: 'none' })
    expect([web?.port, api?.port, none?.port]).toEqual([10_001, 10_002, undefined])
  })

  it('have one in place of a number in the variable PORT, which would count less', () => {
    const [web] = alone({ name: 'web', env: { PORT: '3000', MODE: 'dev' } })
    expect(web).toMatchObject({ port: 10_001, env: { MODE: 'dev' } })
    expect(web?.env).not.toHaveProperty('PORT')
  })

  it('have one reserved port where instances share it, and automatic ones where they do not', () => {
    const [web, api, jobs] = alone(
      { name: 'web', port: 3000, instances: 2, healthCheck: { type: 'http', url: 'http://localhost:3000/' } },
      { name: 'api', port: 3001, share: 'proxy' },
      { name: 'jobs', port: 'auto', instances: 2 },
    )
    expect([web?.port, api?.port, jobs?.port]).toEqual([10_001, 10_002, 'auto'])
    expect(web?.healthCheck?.url).toBe('http://localhost:$' + '{PORT}/')
  })

  it('keep a PORT that is no number', () => {
    const [web] = alone({ name: 'web', env: { PORT: '/run/web.sock' } })
    expect(web).toMatchObject({ env: { PORT: '/run/web.sock' } })
    expect(web).not.toHaveProperty('port')
  })

  it.each([
    { url: 'http://localhost:3000/health', becomes: 'http://localhost:$' + '{PORT}/health' },
    { url: 'http://127.0.0.1:3000', becomes: 'http://127.0.0.1:$' + '{PORT}' },
    { url: '/health', becomes: '/health' },
    { url: 'https://example.com:8443/', becomes: 'https://example.com:8443/' },
  ])('ask their own port in a check of $url', ({ url, becomes }) => {
    const [web] = alone({ name: 'web', port: 3000, healthCheck: { type: 'http', url } })
    expect(web?.healthCheck?.url).toBe(becomes)
  })

  it('ask their own port in a tcp check', () => {
    const [web] = alone({ name: 'web', port: 3000, healthCheck: { type: 'tcp', port: 3000, retries: 2 } })
    expect(web?.healthCheck).toEqual({ type: 'tcp', retries: 2 })
  })

  it('write no log file of the project, watch no files, and end with the test', () => {
    const [web] = alone({
      name: 'web',
      logFile: 'web.log',
      errorFile: 'web.err',
      watch: true,
      autostart: true,
      persist: true,
    })
    expect(web).toMatchObject({ persist: false })
    for (const key of ['logFile', 'errorFile', 'watch', 'autostart']) expect(web).not.toHaveProperty(key)
  })

  it('have the variables of the test over their own', () => {
    const [web] = isolated([parsed({ name: 'web', env: { MODE: 'dev', A: '1' } })], () => 10_001, { MODE: 'test' })
    expect(web?.env).toEqual({ MODE: 'test', A: '1' })
  })

  it.each([
    {
      what: 'a tcp check of another port',
      healthCheck: { type: 'tcp', port: 5432 },
      setting: 'healthCheck.port asks port 5432',
    },
    {
      what: 'an http check of another port',
      healthCheck: { type: 'http', url: 'http://localhost:9000/' },
      setting: 'healthCheck.url asks port 9000',
    },
  ])('are refused with $what', ({ healthCheck, setting }) => {
    expect(() => alone({ name: 'db', healthCheck })).toThrow(
      `process \`db\`: ${setting}, which all stacks would share: give the process that listens there a \`port\``,
    )
  })

  it('may be checked on another host', () => {
    const healthCheck = { type: 'tcp', host: 'db.example.com', port: 5432 }
    expect(alone({ name: 'db', healthCheck })[0]?.healthCheck).toEqual(healthCheck)
  })

  it.each([
    { env: { API: 'http://127.0.0.1:3000/v1' }, setting: 'env.API' },
    { env: { API_PORT: '3000' }, setting: 'env.API_PORT' },
    { env: { API: 'http://[::1]:3000' }, setting: 'env.API' },
    { command: 'node worker.js --port 3000', setting: 'command' },
    { command: 'node', args: ['worker.js', '--port=3000'], setting: 'command' },
    { command: 'curl localhost:3000', setting: 'command' },
  ])('are refused with the port of another one written out: %j', ({ setting, ...config }) => {
    expect(() => alone({ name: 'api', port: 3000 }, { name: 'worker', ...config })).toThrow(
      `process \`worker\`: ${setting} has the port of api (3000) written out, and each stack has another one: write $` +
        '{{ api.port }}',
    )
  })

  it('are refused with their own port written out, with the place of the declaration', () => {
    const process = parsed({ name: 'web', port: 5173, command: 'vite --port 5173' })
    expect(() => isolated([process], () => 10_001, {}, { web: 'processes.json: processes[0]' })).toThrow(
      'processes.json: processes[0]: command has its own port (5173) written out',
    )
  })

  it.each([
    { command: 'sleep 3000' },
    { command: 'node worker.js --timeout 3000' },
    { env: { API: 'http://localhost:30001' } },
    { env: { LIMIT: '3000ms' } },
    { env: { TIME: '12:30:00' } },
  ])('may have a number that is no port: %j', (config) => {
    expect(alone({ name: 'api', port: 3000 }, { name: 'worker', ...config })).toHaveLength(2)
  })
})
