import { describe, expect, it } from 'vitest'
import { EXPORT_FORMATS } from '../../../src/config/export/types.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { exported } from './exporting.ts'

const SECRET = 'hunter2-hunter2'

/** A process with secrets wherever a config may have them. */
const web: ProcessConfig = {
  name: 'web',
  command: 'node',
  args: ['server.mjs', '--api-token', SECRET, `--password=${SECRET}`, `postgres://shop:${SECRET}@db/shop`],
  env: { DB_PASSWORD: SECRET, DATABASE_URL: `postgres://shop:${SECRET}@db/shop`, MODE: 'production' },
  port: 3000,
  healthCheck: { type: 'http', url: '/health', headers: { Authorization: `Bearer ${SECRET}` } },
  stopCommand: `curl -X POST -H 'Authorization: Bearer ${SECRET}' localhost:3000/stop`,
  deploy: { image: 'shop:1', healthCommand: `curl -H 'Authorization: Bearer ${SECRET}' localhost:3000` },
  hooks: { onReady: `notify --token ${SECRET}`, onCrash: `notify --token=${SECRET}` },
}

describe.each(EXPORT_FORMATS)('an export to %s', (format) => {
  it('has no secret in any file or note, but a reference to each of those that the program gets', () => {
    const { files, notes } = exported(format, [web], { image: 'shop:1' })
    const all = [...Object.values(files), ...notes].join('\n')
    expect(all).not.toContain(SECRET)
    for (const variable of ['DB_PASSWORD', 'DATABASE_URL', 'API_TOKEN', 'PASSWORD']) expect(all).toContain(variable)
    expect(notes.join('\n')).toMatch(/web: `env` has secrets.*DB_PASSWORD/)
    expect(all).toContain('production')
  })

  it('leaves out a health check with a secret, and says so', () => {
    const { notes } = exported(format, [web], { image: 'shop:1' })
    expect(notes).toContain('web: `healthCheck` is not carried over: it has a secret in it')
  })
})

describe('references to secrets', () => {
  const worker: ProcessConfig = { name: 'worker', command: 'node worker.mjs', env: { DB_PASSWORD: 'another-one' } }
  const reader: ProcessConfig = { name: 'reader', command: 'node reader.mjs', env: { DB_PASSWORD: SECRET } }
  const same: ProcessConfig = { name: 'api', command: 'node api.mjs', env: { DB_PASSWORD: SECRET } }

  it('of compose have the name of the service in front only where services have different values', () => {
    const own = exported('compose', [same, reader], { image: 'shop:1' }).files['compose.yaml']
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as compose files have it
    expect(own?.match(/DB_PASSWORD: .*/g)).toEqual(Array(2).fill('DB_PASSWORD: ${DB_PASSWORD:?}'))
    const different = exported('compose', [same, worker], { image: 'shop:1' }).files['compose.yaml']
    expect(different?.match(/DB_PASSWORD: .*/g)).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as compose files have it
      'DB_PASSWORD: ${API_DB_PASSWORD:?}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as compose files have it
      'DB_PASSWORD: ${WORKER_DB_PASSWORD:?}',
    ])
  })
})

describe('an env file', () => {
  const file = (more: object = {}) => ({
    path: '/srv/shop/.env',
    variables: { DB_PASSWORD: SECRET, MODE: 'x' },
    isPlain: true,
    ...more,
  })
  const own: ProcessConfig = { name: 'web', command: 'node web.mjs', env: { DB_PASSWORD: SECRET, MODE: 'x' } }

  it.each([
    ['systemd', 'EnvironmentFile=/srv/shop/.env'],
    ['compose', '- ./.env'],
    ['swarm', '- ./.env'],
    ['kubernetes', 'name: web-env'],
  ] as const)('is referred to by %s, and its variables are not repeated', (format, reference) => {
    const { files } = exported(format, [own], { image: 'shop:1', envFiles: { web: [file()] } })
    const all = Object.values(files).join('\n')
    expect(all).toContain(reference)
    expect(all).not.toMatch(/MODE|DB_PASSWORD/)
  })

  it.each([
    ['that programs read differently', file({ isPlain: false }), own],
    ['of which a variable is overridden', file(), { ...own, env: { ...own.env, MODE: 'y' } }],
  ])('%s is not referred to, and a note says so', (_, given, process) => {
    const { files, notes } = exported('systemd', [process], { envFiles: { web: [given] } })
    const unit = files['shop-web.service'] ?? ''
    expect(unit).not.toMatch(/^EnvironmentFile=\/srv/m)
    expect(unit).toMatch(/^Environment=MODE=/m)
    expect(unit).toMatch(/^EnvironmentFile=\/etc\/shop\/web.env$/m)
    expect(notes.join('\n')).toContain('`envFile` is not referred to')
  })
})
