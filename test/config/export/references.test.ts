// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like that
import { expect, it } from 'vitest'
import { EXPORT_FORMATS, type ExportFormat } from '../../../src/config/export/types.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { exported, textOf } from './exporting.ts'

const processes: ProcessConfig[] = [
  { name: 'My.db', command: 'redis-server', port: 6379, deploy: { image: 'redis' } },
  {
    name: 'api',
    command: 'node api.mjs',
    ports: { http: 'auto', debug: 9229, extra: 'auto' },
    deploy: { image: 'api' },
  },
  {
    name: 'web',
    command: 'node web.mjs',
    port: 80,
    deploy: { image: 'web' },
    env: {
      DB: '${{ My.db.host }}/${{ My.db.port }}',
      API: '${{ api.url }}',
      OWN: '${{ web.url }}',
      LITERAL: '$${{ x }}',
    },
  },
]

it.each([
  ['systemd', ['localhost/6379', 'http://localhost:80']],
  ['compose', ['My.db/6379', 'http://api:8080', 'http://localhost:80', 'PORT_HTTP: "8080"', 'PORT_DEBUG: "9229"']],
  ['swarm', ['My.db/6379', 'http://api:8080', 'http://localhost:80']],
  ['kubernetes', ['my-db/6379', 'http://api:8080', 'http://localhost:80']],
  ['nomad', ['http://localhost:80']],
] as [ExportFormat, string[]][])('in %s the addresses are those that processes have there', (format, parts) => {
  const result = exported(format, processes)
  for (const part of parts) expect(textOf(result).replaceAll("'", '"')).toContain(part)
})

it.each([
  ['systemd', ['api.url']],
  ['compose', []],
  ['swarm', []],
  ['kubernetes', []],
  ['nomad', ['My.db.host', 'My.db.port', 'api.url']],
] as [ExportFormat, string[]][])('in %s a reference that is only known when it runs is named', (format, keys) => {
  const { notes } = exported(format, processes)
  const named = notes.filter((note) => note.includes('what it refers to is only known when it runs'))
  expect(named).toEqual(
    keys.map(
      (key) =>
        `web: \`${key}\` is not carried over: what it refers to is only known when it runs; write the address out`,
    ),
  )
})

it.each(EXPORT_FORMATS)('in %s a named port that nothing picks or publishes is named', (format) => {
  const { notes } = exported(format, processes)
  expect(notes).toContain('api: `ports.extra` is not carried over: nothing there picks it; give a number')
  expect(notes).toContain('api: `ports.debug` is only a variable there: publish it yourself')
})
