import { describe, expect, it } from 'vitest'
import { isSecretName, MASK, maskArguments, maskEnvironment, maskText, maskValue } from '../../src/model/mask.ts'
import { maskConfig, maskDetail } from '../../src/model/mask-state.ts'
import { processDetail } from '../commands/states.ts'

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

  it('knows secrets by their look under any name', () => {
    expect(maskValue('ghp_0123456789abcdef0123')).toBe(MASK)
    expect(maskValue('-----BEGIN RSA PRIVATE KEY-----\nMII')).toBe(MASK)
    expect(maskValue('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln')).toBe(MASK)
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
    ['psql --password "two words" -l', `psql --password ${MASK} -l`],
    ['key sk-proj-0123456789abcdef is refused', `key ${MASK} is refused`],
    ['cannot reach postgres://app:pw@db:5432/x', `cannot reach postgres://app:${MASK}@db:5432/x`],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked)
  })

  it.each([
    'exited with 1 after 3.2 s, next try in 2 s (1/10)',
    'waiting for auth',
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
