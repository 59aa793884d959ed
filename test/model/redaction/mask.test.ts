import { describe, expect, it } from 'vitest'
import {
  isSecretName,
  MASK,
  maskArguments,
  maskEnvironment,
  maskText,
  maskValue,
} from '../../../src/model/redaction/mask.ts'
import { maskConfig, maskDetail, maskState, maskTree } from '../../../src/model/redaction/mask-state.ts'
import { processDetail } from '../../commands/states.ts'

describe('names of secrets', () => {
  it.each([
    'API_TOKEN',
    'apiKey',
    'DBPASSWORD',
    'POSTGRES_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'SSH_KEY_2',
    '--auth-token',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'SENTRY_DSN',
    'DB_PASS',
    'DB_PWD',
    'authorization',
    'x-api-key',
    'sshKey',
    'ssh-key',
    'db.pass',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  it.each(['PATH', 'PWD', 'OLDPWD', 'KEYBOARD', 'AUTHOR', 'MONKEYS', 'COMPASS_URL', 'NODE_ENV', 'PORT'])(
    '%s is none',
    (name) => {
      expect(isSecretName(name)).toBe(false)
    },
  )
})

describe('masking', () => {
  it('hides values of secrets, and the password inside a URL', () => {
    const env = { PORT: '3000', API_TOKEN: 'abc', EMPTY_TOKEN: '', DATABASE_URL: 'postgres://app:s3cret@db:5432/x' }
    expect(maskEnvironment(env)).toEqual({
      PORT: '3000',
      API_TOKEN: MASK,
      EMPTY_TOKEN: '',
      DATABASE_URL: `postgres://app:${MASK}@db:5432/x`,
    })
  })

  it('hides the password in the middle of a value, and after a flag of a program that is named elsewhere', () => {
    expect(maskEnvironment({ CONN: 'Server=db;User Id=sa;Password=a b;' })).toEqual({
      CONN: `Server=db;User Id=sa;Password=${MASK};`,
    })
    expect(maskArguments(['-uroot', '-pabc'], 'mysql')).toEqual(['-uroot', `-p${MASK}`])
    expect(maskArguments(['-uroot', '-pabc'], 'ssh')).toEqual(['-uroot', '-pabc'])
    const found = processDetail({ command: '/usr/bin/mysql', args: ['-pabc'] })
    expect(maskConfig(found.config).args).toEqual([`-p${MASK}`])
  })

  it('knows secrets by their look under any name', () => {
    expect(maskValue('ghp_0123456789abcdef0123')).toBe(MASK)
    expect(maskValue('-----BEGIN RSA PRIVATE KEY-----\nMII')).toBe(MASK)
    expect(maskValue('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln')).toBe(MASK)
    expect(maskValue('ghp_0123456789abcdef0123 ghp_0123456789abcdef0123')).toBe(`${MASK} ${MASK}`)
    expect(maskValue(`AKIA${'A1'.repeat(8)}`)).toBe(MASK)
    expect(maskValue(`AIza${'a-1_x'.repeat(7)}`)).toBe(MASK)
    expect(maskValue('http://localhost:3000/a@b')).toBe('http://localhost:3000/a@b')
  })

  it('hides what a flag for a secret is given', () => {
    expect(
      maskArguments(['--password', 'x', '--port', '1', '--api-key=y', 'PASSWORD=z', '--token', '--verbose']),
    ).toEqual(['--password', MASK, '--port', '1', `--api-key=${MASK}`, `PASSWORD=${MASK}`, '--token', '--verbose'])
    expect(maskText('serve  --token abc redis://:pw@h')).toBe(`serve  --token ${MASK} redis://:${MASK}@h`)
    expect(maskArguments(['PASSWORD=a&b;c', '-c', 'run --token abc'])).toEqual([
      `PASSWORD=${MASK}`,
      '-c',
      `run --token ${MASK}`,
    ])
  })

  it('hides the password of a user, and nothing of a user and a group', () => {
    expect(maskArguments(['-u', 'app:pw', '--user', 'app:pw'])).toEqual(['-u', `app:${MASK}`, '--user', `app:${MASK}`])
    expect(maskArguments(['-u', '1000:group:x'])).toEqual(['-u', '1000:group:x'])
  })

  it.each([['MODE=fast'], ['token', 'abc'], ['a b c'], ['say "x y"'], ['"x y" said']])(
    'leaves %j as it is',
    (...args) => {
      expect(maskArguments(args)).toEqual(args)
    },
  )

  it('goes no further than the value of an option, or of a parameter', () => {
    expect(maskArguments(['--token=y', 'next'])).toEqual([`--token=${MASK}`, 'next'])
    expect(maskArguments(['https://h/?token=abc&x=1'])).toEqual([`https://h/?token=${MASK}&x=1`])
  })

  it('hides them in health checks and hooks, too', () => {
    const healthCheck = {
      type: 'http',
      url: 'http://app:pw@localhost/health?token=abc&deep=1',
      headers: { Authorization: 'Bearer abc', 'X-Api-Key': 'abc', Accept: 'text/plain' },
    }
    const hooks = { onCrash: 'curl -H token=abc http://localhost' }
    expect(maskDetail(processDetail({ healthCheck, hooks })).config).toMatchObject({
      healthCheck: {
        url: `http://app:${MASK}@localhost/health?token=${MASK}&deep=1`,
        headers: { Authorization: MASK, 'X-Api-Key': MASK, Accept: 'text/plain' },
      },
      hooks: { onCrash: `curl -H token=${MASK} http://localhost` },
    })
    const exec = { type: 'exec', command: 'psql postgres://app:pw@db/x -c 1' }
    expect(maskDetail(processDetail({ healthCheck: exec })).config.healthCheck).toMatchObject({
      command: `psql postgres://app:${MASK}@db/x -c 1`,
    })
  })

  it.each([
    [{ type: 'exec', command: 'check --token abc' }, { command: `check --token ${MASK}` }],
    [{ type: 'script', script: '/srv/check.mjs?token=abc' }, { script: `/srv/check.mjs?token=${MASK}` }],
    [{ type: 'tcp', host: 'localhost', port: 1 }, {}],
    [{ type: 'http', url: 'http://app:pw@h', headers: {} }, { url: `http://app:${MASK}@h` }],
  ])('changes nothing else of the health check %j', (some, changed) => {
    const { config } = processDetail({ healthCheck: { ...some, interval: 5 } })
    expect(maskConfig(config).healthCheck).toEqual({ ...config.healthCheck, ...changed } as typeof config.healthCheck)
  })

  it('hides them in command lines, variables and arguments, and changes nothing else', () => {
    const line = 'serve --token abc'
    const masked = `serve --token ${MASK}`
    const found = processDetail({ args: ['--token', 'abc'], env: { API_TOKEN: 'abc', MODE: 'fast' } })
    const shown = { args: ['--token', MASK], env: { API_TOKEN: MASK, MODE: 'fast' } }
    const config = { ...found.config, command: line }
    expect(maskConfig(config)).toEqual({ ...config, ...shown, command: masked })
    const { config: _, ...state } = { ...found, command: line }
    expect(maskState(state)).toEqual({ ...state, command: masked })
    const detail = { ...found, config, command: line, reason: 'why', metrics: { requests: 1 } }
    expect(maskDetail(detail)).toEqual({ ...detail, command: masked, config: maskConfig(config) })
  })

  it('hides them in a tree and in whoever holds its port', () => {
    const member = { pid: 7, ppid: 1, cpu: 0, memory: 1, uptime: 2, strayed: false, ports: [] }
    const command = ['serve', '--token', 'abc']
    const holder = { pid: 8, process: null }
    const tree = { name: 'web', pid: 7, port: 80, members: [{ ...member, command }], holder: { ...holder, command } }
    const masked = ['serve', '--token', MASK]
    const shown = { members: [{ ...member, command: masked }], holder: { ...holder, command: masked } }
    expect(maskTree(tree)).toEqual({ ...tree, ...shown })
    expect(maskTree({ ...tree, holder: null }).holder).toBe(null)
  })

  it('hides what a process tells of itself under the name of a secret', () => {
    const metrics = { apiToken: 'abc', requests: 12, note: 'password=abc' }
    expect(maskDetail(processDetail({}, { metrics })).metrics).toEqual({
      apiToken: MASK,
      requests: 12,
      note: `password=${MASK}`,
    })
  })

  it('leaves a config without secrets as it is', () => {
    const { config } = processDetail({
      args: ['--port', '3000', '-u', '1000:1000'],
      env: { NODE_ENV: 'production', URL: 'https://example.test/a?b=c' },
      hooks: { onReady: "echo 'it is ready'" },
    })
    expect(maskConfig(config)).toEqual(config)
  })
})

describe('a sentence or a line of output', () => {
  it.each([
    ['API_TOKEN=abc', `API_TOKEN=${MASK}`],
    ['said: password="a b" and more', `said: password=${MASK} and more`],
    ['{"user":"app","password":"a\\"b"}', `{"user":"app","password":"${MASK}"}`],
    [
      'GET http://localhost/x?token=abc&page=2 answered 500',
      `GET http://localhost/x?token=${MASK}&page=2 answered 500`,
    ],
    ['curl -H "Authorization: Bearer abc" http://x', `curl -H "Authorization: ${MASK}" http://x`],
    ['sent Bearer abc.def.ghi to it', `sent Bearer ${MASK} to it`],
    ['curl -u admin:hunter2 http://x', `curl -u admin:${MASK} http://x`],
    ['sh -c "serve --token abc"', `sh -c "serve --token ${MASK}"`],
    ['sh -c "serve --token abc"; next', `sh -c "serve --token ${MASK}"; next`],
    ["x=1'serve --token abc'2", `x=1'serve --token ${MASK}'2`],
    ['psql --password "two words" -l', `psql --password ${MASK} -l`],
    ['key sk-proj-0123456789abcdef is refused', `key ${MASK} is refused`],
    ['cannot reach postgres://app:pw@db:5432/x', `cannot reach postgres://app:${MASK}@db:5432/x`],
    [
      'CONN=Server=db;User Id=sa;Password=a b c;Encrypt=true',
      `CONN=Server=db;User Id=sa;Password=${MASK};Encrypt=true`,
    ],
    ['Password=a;Server=x', `Password=${MASK}`],
    ['--connection-string=Server=x;Password=abc;', `--connection-string=Server=x;Password=${MASK};`],
    ['--connection-string=Password=abc;Server=x', `--connection-string=Password=${MASK};Server=x`],
    ["curl -H 'X-Api-Key: abc' http://x", `curl -H 'X-Api-Key: ${MASK}' http://x`],
    ['x-auth-token: abc', `x-auth-token: ${MASK}`],
    ['serve --api-key:abc --port:1', `serve --api-key:${MASK} --port:1`],
    ['openssl rsa -passin pass:abc', `openssl rsa -passin pass:${MASK}`],
    ['mysql -u root -pabc db', `mysql -u root -p${MASK} db`],
    ['/usr/bin/mysqldump -pabc db', `/usr/bin/mysqldump -p${MASK} db`],
    ['sshpass -p abc ssh host', `sshpass -p ${MASK} ssh host`],
    ['redis-cli -a abc ping', `redis-cli -a ${MASK} ping`],
    ['posts to https://hooks.slack.com/services/T0/B0/abc now', `posts to https://hooks.slack.com/services${MASK} now`],
    ['https://discord.com/api/webhooks/1/abc', `https://discord.com/api/webhooks${MASK}`],
    ['https://api.telegram.org/bot12:abc/sendMessage', `https://api.telegram.org/bot${MASK}`],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked)
  })

  it.each([
    'exited with 1 after 3.2 s, next try in 2 s (1/10)',
    'waiting for auth',
    'ssh -p 22 host, mkdir -p a/b, ps -p1',
    'a connection-string: Server=x;Port=1;',
    'content-type: text/plain',
    'https://slack.com/help and https://discord.com/channels/1',
    'at 12:30:45, image app:1.2, key: none, token: string',
    'MODE=a;b=c d=e',
    'basic authentication is off',
    "it's invalid: unexpected token } in JSON at position 4",
    'port 3000 is held by pid 12 (node)',
    'a - b -- c "d e" \'f\'   g\n\th',
    '',
  ])('%j stays as it is', (text) => {
    expect(maskText(text)).toBe(text)
  })

  it('of any length is looked through at once', () => {
    for (const part of ['a', 'a:', '"', "'", '-', 'a=', '://', 'eyJ', 'x://y:z', '-----BEGIN PRIVATE KEY', ' ']) {
      const text = part.repeat(50_000)
      expect(maskText(text).length).toBeGreaterThan(0)
    }
  })
})
