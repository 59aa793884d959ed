import { describe, expect, it } from 'vitest'
import {
  isSecretName,
  MASK,
  maskArguments,
  maskCommand,
  maskEnvironment,
  maskState,
  maskValue,
} from '../../commands/format/mask.ts'
import { processDetail } from './states.ts'

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
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  it.each(['PATH', 'PWD', 'KEYBOARD', 'AUTHOR', 'MONKEYS', 'COMPASS_URL', 'NODE_ENV', 'PORT'])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false)
  })
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
    expect(maskCommand('serve  --token abc redis://:pw@h')).toBe(`serve  --token ${MASK} redis://:${MASK}@h`)
  })

  it('hides them in health checks and hooks, too', () => {
    const healthCheck = {
      type: 'http',
      url: 'http://app:pw@localhost/health?token=abc&deep=1',
      headers: { Authorization: 'Bearer abc', 'X-Api-Key': 'abc', Accept: 'text/plain' },
    }
    const hooks = { onCrash: 'curl -H token=abc http://localhost' }
    expect(maskState(processDetail({ healthCheck, hooks })).config).toMatchObject({
      healthCheck: {
        url: `http://app:${MASK}@localhost/health?token=${MASK}&deep=1`,
        headers: { Authorization: MASK, 'X-Api-Key': MASK, Accept: 'text/plain' },
      },
      hooks: { onCrash: `curl -H token=${MASK} http://localhost` },
    })
    const exec = { type: 'exec', command: 'psql postgres://app:pw@db/x -c 1' }
    expect(maskState(processDetail({ healthCheck: exec })).config.healthCheck).toMatchObject({
      command: `psql postgres://app:${MASK}@db/x -c 1`,
    })
  })
})
