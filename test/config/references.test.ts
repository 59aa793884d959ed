// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like that
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseProcess } from '../../src/config/process.ts'
import type { ParsedProcess } from '../../src/config/resolve/index.ts'
import { resolveChecked } from '../../src/config/resolve/index.ts'
import { configFolder } from './folder.ts'

let folder: ReturnType<typeof configFolder>
beforeEach(() => {
  folder = configFolder()
})
afterEach(() => folder.remove())

const db = { command: 'postgres', port: 5432 }

async function loaded(processes: object, environment = {}) {
  folder.write('processes.json', { processes })
  const config = await folder.load({ environment })
  return Object.fromEntries(config.processes.map((process) => [process.name, process]))
}
const resolved = (process: ParsedProcess | undefined) => resolveChecked(process as ParsedProcess, {})

describe('references in a config file', () => {
  it('stay until the start, beside variables, and imply the dependency', async () => {
    const { web } = await loaded(
      {
        db,
        web: {
          command: 'vite --port ${{ web.port }}',
          port: 'auto',
          env: { DB: '${SCHEME}://${{ db.host }}:${{ db.port }}' },
        },
      },
      { SCHEME: 'pg' },
    )
    expect(web?.env).toEqual({ DB: 'pg://${{ db.host }}:${{ db.port }}' })
    expect(resolved(web)).toMatchObject({
      args: ['--port', '${{web.port}}'],
      references: ['db.host', 'db.port', 'web.port'],
      dependsOn: { db: 'ready' },
    })
  })

  it('leave a condition that the user has written', async () => {
    const { web } = await loaded({ db, web: { command: 'x', args: ['${{ db.port }}'], dependsOn: { db: 'started' } } })
    expect(resolved(web).dependsOn).toEqual({ db: 'started' })
  })

  it('are literal when escaped, in values of variables and in env files', async () => {
    folder.write('.env', 'FROM_FILE="${{ db.port }}"\n')
    const { web } = await loaded(
      { db, web: { command: 'x', envFile: '.env', env: { A: '$${{ db.port }}', B: '${GIVEN}' } } },
      { GIVEN: '${{ db.port }}' },
    )
    const config = resolved(web)
    expect(config.references).toBe(undefined)
    expect(config.dependsOn).toEqual({})
    expect(config.env).toEqual({ A: '${{ db.port }}', B: '${{ db.port }}', FROM_FILE: '${{ db.port }}' })
  })

  it('may be in a command line for a shell, a health check, a hook and a stop command', async () => {
    const { web } = await loaded({
      db,
      web: {
        command: 'echo ${{ db.port }} && exec serve',
        port: 3000,
        stopCommand: 'curl ${{ web.url }}/stop',
        hooks: { onReady: 'curl ${{ db.url }}' },
        healthCheck: { type: 'http', url: '${{ web.url }}/health' },
      },
    })
    expect(resolved(web)).toMatchObject({ program: '/bin/sh', references: ['db.port', 'db.url', 'web.url'] })
  })

  it.each([
    [
      'an unknown process',
      { db, web: { command: 'x', env: { URL: '${{ bd.url }}' } } },
      'processes.json: `processes.web.env.URL` refers to `bd.url`, but no process is named `bd` (available: db, web); did you mean `db`?',
    ],
    [
      'no port',
      { db: { command: 'x' }, web: { command: 'x', args: ['${{ db.port }}'] } },
      'processes.json: `processes.web.args[0]` refers to `db.port`, but `db` has no `port`',
    ],
    [
      'a circle',
      { a: { command: 'x', port: 1, cwd: '${{ b.port }}' }, b: { command: 'x', port: 2, dependsOn: ['a'] } },
      'processes.json: `processes.a.cwd` refers to `b.port`, which closes a dependency cycle: `a` → `b` → `a`; write one of the addresses out, with a fixed port',
    ],
    [
      'no reference',
      { web: { command: 'x', env: { A: '${{ secrets.TOKEN }}' } } },
      'processes.json: `processes.web.env.A` has a ${{ that is none of ${{ NAME.port }}, .host, .url or .ports.PORT; write $${{ for a literal ${{',
    ],
    [
      'a setting that a start does not replace',
      { db, web: { command: 'x', logFile: '${{ db.port }}.log' } },
      'processes.json: `processes.web.logFile` has a reference, but its value must be known without a start',
    ],
    [
      'several instances',
      { db: { ...db, port: 'auto', instances: 2 }, web: { command: 'x', args: ['${{ db-1.port }} ${{ db.port }}'] } },
      'processes.json: `processes.web.args[0]` refers to `db.port`, but `db` has several instances, each with its own port; name one, such as `db-1.port`',
    ],
  ])('are refused to %s', async (_, processes, message) => {
    await expect(loaded(processes)).rejects.toMatchObject({ message })
  })

  it('are checked when all layers are merged', async () => {
    folder.write('base.json', { processes: { web: { command: 'x', args: ['${{ db.port }}'] } } })
    folder.write('processes.json', { extends: 'base.json', processes: { db } })
    const { processes } = await folder.load()
    expect(processes.map(({ name }) => name).sort()).toEqual(['db', 'web'])
  })
})

describe('a function of env', () => {
  it('refers to the processes by their names', async () => {
    folder.write(
      'tuix.config.mjs',
      `export default { processManager: {
        defaults: { env: ({ db }) => ({ HOST: db.host }) },
        processes: {
          db: { command: 'x', ports: { main: 1, admin: 2 } },
          web: { command: 'x', env: ({ db }) => ({ DB: 'pg://' + db.host + ':' + db.port, ADMIN: db.urls.admin, N: db.ports.main, NO: undefined }) },
        },
      } }`,
    )
    const { processes } = await folder.load()
    expect(processes.find(({ name }) => name === 'web')?.env).toEqual({
      HOST: '${{ db.host }}',
      DB: 'pg://${{ db.host }}:${{ db.port }}',
      ADMIN: '${{ db.urls.admin }}',
      N: '${{ db.ports.main }}',
    })
  })

  it('is refused with a name that does not exist, and when it fails', async () => {
    folder.write(
      'tuix.config.mjs',
      `export default { processManager: { processes: { db: { command: 'x', port: 1 }, web: { command: 'x', env: ({ bd }) => ({ DB: bd.url }) } } } }`,
    )
    await expect(folder.load()).rejects.toMatchObject({
      message:
        'tuix.config.mjs: `processManager.processes.web.env.DB` refers to `bd.url`, but no process is named `bd` (available: db, web); did you mean `db`?',
    })
    const fails = () => {
      throw new Error('no luck')
    }
    expect(() =>
      parseProcess({ name: 'web', command: 'x', env: fails }, { cwd: '/srv', path: 'processes[0]' }),
    ).toThrow('`processes[0].env` is a function that failed: no luck')
    expect(() => parseProcess({ name: 'web', command: 'x', env: () => 7 }, { cwd: '/srv', path: '' })).toThrow(
      '`env` must be an object of texts, not a number',
    )
  })
})

describe('named ports', () => {
  it.each([
    [{ ports: {} }, '`ports` must have at least one port'],
    [
      { ports: { '1st': 80 } },
      '`ports` must have up to 32 letters, digits, "_" and "-", starting with a letter, as keys, not "1st"',
    ],
    [{ ports: { http: 0 } }, '`ports.http` must be a whole number from 1 to 65535, not 0'],
    [
      { port: { prefer: 'x' } },
      '`port` must be a port from 1 to 65535, "auto", or an object such as { "prefer": 3000 }, not an object',
    ],
    [
      { port: 80, ports: { http: 81 } },
      '`ports` must not be set beside `port`: give that one a name too, such as `http`',
    ],
  ])('are refused in %j', (settings, message) => {
    expect(() => parseProcess({ name: 'web', command: 'x', ...settings }, { cwd: '/srv', path: '' })).toThrow(message)
  })

  it('are the own port of a health check', () => {
    const healthCheck = { type: 'tcp' }
    const config = parseProcess(
      { name: 'web', command: 'x', ports: { http: 'auto' }, healthCheck },
      { cwd: '/', path: '' },
    )
    expect(resolved(config)).toMatchObject({ port: 'auto', ports: { http: 'auto' }, healthCheck: { port: null } })
  })
})
