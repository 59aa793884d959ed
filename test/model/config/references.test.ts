// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references and variables are written like that
import { describe, expect, it } from 'vitest'
import {
  compactReferences,
  escapeReferences,
  invalidReference,
  mapReferringTexts,
  parseReference,
  type Referable,
  referenceCycle,
  referenceKeys,
  referenceProblem,
  referencesIn,
  replaceReferences,
  takesReferences,
} from '../../../src/model/config/references.ts'

describe('a reference', () => {
  it.each([
    ['db.port', { key: 'db.port', process: 'db', field: 'port' }],
    [' db.host ', { key: 'db.host', process: 'db', field: 'host' }],
    ['my.app-1.url', { key: 'my.app-1.url', process: 'my.app-1', field: 'url' }],
    ['db.ports.http', { key: 'db.ports.http', process: 'db', field: 'port', port: 'http' }],
    ['db.urls.admin-ui', { key: 'db.urls.admin-ui', process: 'db', field: 'url', port: 'admin-ui' }],
  ])('is %s', (inner, reference) => {
    expect(parseReference(inner)).toEqual(reference)
  })

  it.each(['', 'db', 'db.', '.port', 'db.name', 'secrets.TOKEN', 'db.ports', 'db.ports.1', 'db port', 'db.hosts.http'])(
    'is not %j',
    (inner) => {
      expect(parseReference(inner)).toBe(undefined)
    },
  )

  it('is replaced wherever it stands, and its escape is written out', () => {
    const valueFor = ({ key }: { key: string }) => ({ 'db.port': '5432', 'db.host': 'localhost' })[key]
    expect(replaceReferences('pg://${{ db.host }}:${{db.port}}/${{ db.port }}', valueFor)).toBe(
      'pg://localhost:5432/5432',
    )
    expect(replaceReferences('$${{ db.port }} ${{ web.port }} ${{ x }} ${{ db.port', valueFor)).toBe(
      '${{ db.port }} ${{ web.port }} ${{ x }} ${{ db.port',
    )
    expect(replaceReferences('$HOME {{ .Names }}', valueFor)).toBe('$HOME {{ .Names }}')
  })

  it.each(['${{ db.port }}', '$${{', '$$${{ x }}', '${{${{', 'a ${ b', '${{ a }} and ${{ b'])(
    'is none in %j once that is escaped',
    (text) => {
      expect(referencesIn(escapeReferences(text))).toEqual([])
      expect(replaceReferences(escapeReferences(text), () => 'x')).toBe(text)
    },
  )

  it('becomes a single word of a command line', () => {
    expect(compactReferences('vite --port ${{ web.port }} $${{ a b }}')).toBe('vite --port ${{web.port}} $${{ a b }}')
  })
})

describe('the texts of a process', () => {
  const web = {
    name: '${{ a.port }}',
    command: 'serve ${{ web.port }}',
    args: ['${{ db.port }}'],
    env: { A: '${{ db.port }}', B: '${{ db.host }}' },
    hooks: { onReady: 'curl ${{ web.url }}' },
    healthCheck: { url: '${{ web.url }}', script: '`${{ c.port }}`', outputPattern: /\$\{\{ d.port/ },
    logFile: '${{ e.port }}',
  }

  it('have references where a start replaces them', () => {
    expect(referenceKeys(web)).toEqual(['db.host', 'db.port', 'web.port', 'web.url'])
    expect(takesReferences(['env', 'A'])).toBe(true)
    expect(takesReferences(['healthCheck', 'script'])).toBe(false)
    expect(takesReferences(['logFile'])).toBe(false)
  })

  it('are replaced there and nowhere else', () => {
    expect(mapReferringTexts(web, () => 'x')).toEqual({
      ...web,
      command: 'x',
      args: ['x'],
      env: { A: 'x', B: 'x' },
      hooks: { onReady: 'x' },
      healthCheck: { ...web.healthCheck, url: 'x' },
    })
  })

  it('are refused with a ${{ that is no reference', () => {
    expect(invalidReference({ name: 'web', env: { A: '${{ secrets.TOKEN }}' } })).toEqual({
      path: ['env', 'A'],
      predicate: 'has a ${{ that is none of ${{ NAME.port }}, .host, .url or .ports.PORT; write $${{ for a literal ${{',
    })
    expect(invalidReference(web)).toBe(undefined)
  })
})

describe('what is referred to', () => {
  const others: Referable[] = [
    { name: 'db', port: 5432 },
    { name: 'api', ports: { http: 'auto', debug: 'auto' } },
    { name: 'job' },
    { name: 'pool', port: 'auto', instances: 3 },
    { name: 'pool-1', instanceOf: 'pool', port: 'auto', instances: 3 },
    { name: 'shared', port: 3000, instances: 3 },
  ]
  const problem = (text: string, more: object = {}) => {
    const web = { name: 'web', env: { A: text }, ...more }
    return referenceProblem(web, [...others, web])?.predicate
  }

  it.each([
    '${{ db.port }}',
    '${{ api.url }}',
    '${{ api.ports.debug }}',
    '${{ pool-1.port }}',
    '${{ shared.url }}',
    '$${{ x.port }}',
  ])('is there in %s', (text) => {
    expect(problem(text)).toBe(undefined)
  })

  it('may be the process itself, also if it has several instances', () => {
    expect(problem('${{ web.port }}', { port: 'auto', instances: 2 })).toBe(undefined)
    expect(problem('${{ web.port }}', { name: 'web-2', instanceOf: 'web', port: 'auto', instances: 2 })).toBe(undefined)
  })

  it.each([
    [
      '${{ bd.port }}',
      'refers to `bd.port`, but no process is named `bd` (available: db, api, job, pool, shared, web); did you mean `db`?',
    ],
    ['${{ job.host }}', 'refers to `job.host`, but `job` has no `port`'],
    ['${{ web.url }}', 'refers to `web.url`, but `web` has no `port`'],
    ['${{ db.ports.http }}', 'refers to `db.ports.http`, but `db` has no `ports`'],
    [
      '${{ api.ports.htp }}',
      'refers to `api.ports.htp`, but `api` has no port named `htp` (available: http, debug); did you mean `http`?',
    ],
    [
      '${{ pool.url }}',
      'refers to `pool.url`, but `pool` has several instances, each with its own port; name one, such as `pool-1.url`',
    ],
  ])('is refused in %s', (text, predicate) => {
    expect(problem(text)).toBe(predicate)
  })

  it('must not need the process itself', () => {
    const web = { name: 'web', port: 80, args: ['${{ api.url }}'] }
    const api = { name: 'api', port: 81, dependsOn: ['db'] }
    const db = { name: 'db', port: 82, env: { A: '${{ web.port }} ${{ db.port }}' } }
    expect(referenceCycle(web, [web, api, db])).toEqual({
      path: ['args', '0'],
      predicate:
        'refers to `api.url`, which closes a dependency cycle: `web` → `api` → `db` → `web`; write one of the addresses out, with a fixed port',
      members: ['web', 'api', 'db', 'web'],
    })
    expect(referenceCycle(web, [web, api, { name: 'db', dependsOn: { x: 'ready' } }])).toBe(undefined)
    const own = { name: 'web', args: ['${{ web.port }}'] }
    expect(referenceCycle(own, [own])).toBe(undefined)
  })
})
