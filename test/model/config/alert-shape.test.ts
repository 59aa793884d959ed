import { describe, expect, it } from 'vitest'
import { isAlertRule } from '../../../src/model/config/alert-shape.ts'

const rule = {
  on: ['crash', 'disk'],
  processes: null,
  to: { webhook: 'https://example.test/hook' },
  after: 0,
  repeat: null,
  resolve: true,
}

describe('a rule for alerts from outside', () => {
  it.each([
    rule,
    { ...rule, processes: ['web'], repeat: 1000, resolve: false },
    { ...rule, to: { slack: 'http://127.0.0.1:1/x' } },
    { ...rule, to: { command: 'cat' } },
  ])('is one: %j', (value) => {
    expect(isAlertRule(value)).toBe(true)
  })

  it.each([
    null,
    'crash',
    {},
    { ...rule, on: [] },
    { ...rule, on: ['smoke'] },
    { ...rule, processes: 'web' },
    { ...rule, to: null },
    { ...rule, to: {} },
    { ...rule, to: { webhook: 1 } },
    { ...rule, to: { webhook: 'file:///etc/passwd' } },
    { ...rule, to: { slack: 'no address' } },
    { ...rule, to: { mail: 'https://example.test' } },
    { ...rule, to: { command: 'cat', webhook: 'https://example.test' } },
    { ...rule, after: '30s' },
    { ...rule, repeat: 0 },
    { ...rule, resolve: 1 },
  ])('is none: %j', (value) => {
    expect(isAlertRule(value)).toBe(false)
  })
})
