import { expect, it } from 'vitest'
import { type AlertState, alertsInfo } from '../../../src/model/alerts/info.ts'
import type { AlertRule, AlertTarget } from '../../../src/model/config/alerts.ts'

const rule = (to: AlertTarget): AlertRule => {
  return { on: ['crash'], processes: null, to, after: 0, repeat: null, resolve: true }
}
const state: AlertState = {
  configs: {
    'a.json': {
      rules: {
        one: rule({ webhook: 'https://hooks.test/secret/path' }),
        two: rule({ slack: 'https://slack.test/x/y' }),
      },
    },
    'b.json': { rules: { three: rule({ command: 'send hunter2' }) } },
  },
  open: [
    {
      rule: 'three',
      process: 'web',
      kind: 'crash',
      fingerprint: 'exited',
      since: 1000,
      last: 61_000,
      count: 3,
      detail: 'exited with 1 near hunter2',
      cause: null,
      told: 1000,
      messages: 1,
      overAt: null,
    },
  ],
  outbox: [],
  heard: { time: 0, keys: [] },
}

it('tells of rules, and of what is wrong, without an address or a secret', () => {
  const info = alertsInfo(state, (text) => text.replaceAll('hunter2', '••••'))
  expect(info.rules.map(({ target }) => target)).toEqual([
    'webhook at hooks.test',
    'Slack at slack.test',
    'command send ••••',
  ])
  expect(info.open).toMatchObject([
    { rule: 3, process: 'web', kind: 'crash', count: 3, since: 1000, last: 61_000, told: 1000 },
  ])
  expect(info.open[0]?.message).toMatch(/^web crashed: exited with 1 near ••••, 3 crashes in 60 s$/)
  expect(info.waiting).toBe(0)
})
