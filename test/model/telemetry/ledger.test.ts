import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerIn, newAccount, withCpu, withLog } from '../../../src/model/telemetry/ledger.ts'

describe('an account', () => {
  it('keeps the CPU of members that have ended, and adds only what is more', () => {
    let account = withCpu(newAccount(5), [{ key: '1:1', cpu: 100 }])
    account = withCpu(account, [
      { key: '1:1', cpu: 150 },
      { key: '2:9', cpu: 30 },
    ])
    expect(account.cpu).toBe(180)
    account = withCpu(account, [{ key: '2:9', cpu: 30 }])
    account = withCpu(account, [])
    // The same pid, another process.
    expect(withCpu(account, [{ key: '1:77', cpu: 20 }])).toMatchObject({ since: 5, cpu: 200 })
  })

  it('counts a log through rotations, and what was written after it was emptied or replaced', () => {
    const total = (...ends: [string, number][]) =>
      ends.reduce((sum, [file, end]) => withLog(sum, 'stdout', { file, end }), newAccount(0)).logs.stdout?.total
    expect(total(['a', 100], ['a', 250])).toBe(250)
    expect(total(['a', 100], ['a', 30])).toBe(130)
    expect(total(['a', 100], ['b', 130])).toBe(230)
  })

  it('never goes back, whatever is read', () => {
    const member = fc.record({ key: fc.constantFrom('1:1', '2:2', '3:3'), cpu: fc.nat(1000) })
    const log = fc.record({ file: fc.constantFrom('a', 'b'), end: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uniqueArray(member, { selector: ({ key }) => key }), log)), (readings) => {
        let account = newAccount(0)
        for (const [members, end] of readings) {
          const next = withLog(withCpu(account, members), 'stdout', end)
          expect(next.cpu).toBeGreaterThanOrEqual(account.cpu)
          expect(next.logs.stdout?.total).toBeGreaterThanOrEqual(account.logs.stdout?.total ?? 0)
          account = next
        }
      }),
    )
  })
})

describe('a saved ledger', () => {
  const account = withLog(withCpu(newAccount(1), [{ key: '1:1', cpu: 9 }]), 'stdout', { file: 'a', end: 3 })
  const saved = (accounts: object) => ({ pidSpace: 'boot', accounts })

  it('is read as it was, without the pids of another boot', () => {
    expect(ledgerIn(saved({ x: account }), 'boot').accounts).toEqual({ x: account })
    expect(ledgerIn(saved({ x: account }), 'other').accounts).toEqual({ x: { ...account, members: {} } })
  })

  // Objects, since Bun takes a case without a value for one that is done later.
  it.each([
    { saved: undefined },
    { saved: [] },
    { saved: null },
    { saved: { accounts: [1] } },
    { saved: { accounts: { x: null } } },
    { saved: { accounts: { x: { since: 1 } } } },
  ])('that is missing or damaged is empty: %j', ({ saved }) => {
    expect(ledgerIn(saved, 'boot').accounts).toEqual({})
  })

  it('loses only the accounts that are damaged', () => {
    const broken = [
      { ...account, cpu: '9' },
      { ...account, members: { a: null } },
      { ...account, logs: { stdout: {} } },
    ]
    const all = Object.fromEntries([account, ...broken].map((each, i) => [i, each]))
    expect(Object.keys(ledgerIn(saved(all), 'boot').accounts)).toEqual(['0'])
  })
})
