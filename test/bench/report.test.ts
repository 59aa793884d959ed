import { describe, expect, it } from 'vitest'
import { optionsOf } from '../../bench/lib/options.mjs'
import { pageWith, tableRow } from '../../bench/lib/report.mjs'

const ROW = {
  what: '`list`, 10 processes',
  on: 'Node',
  value: 51.25,
  unit: 'ms',
  bare: { what: 'node -e 0', value: 30 },
  peers: { pm2: 400 },
  checks: [
    { is: 1.7083, limit: 1.9, unit: '× bare', atLeast: false, met: true },
    { is: 51.25, limit: 50, unit: 'ms', atLeast: false, met: false },
  ],
}
const RESULTS = {
  date: '2031-05-04',
  machine: 'a machine',
  versions: 'Node 20',
  measures: { list: [ROW], idle: [{ what: 'memory', on: 'Bun', value: 40, unit: 'MiB', checks: [] }] },
  notes: ['idle was noisy'],
}
const PAGE = 'above\n<!-- bench: begin -->\nof before\n<!-- bench: end -->\nbelow\n'

describe('the report of the bench', () => {
  it('is the table between the markers of the page, and only that', () => {
    expect(pageWith(PAGE, RESULTS)).toBe(`above
<!-- bench: begin -->

2031-05-04, a machine. Node 20.

| what | on | tuix-ps | beside | pm2 |  |
| --- | --- | ---: | ---: | ---: | --- |
| \`list\`, 10 processes | Node | 51.3 ms | node -e 0: 30 ms | 400 ms | 1.71 × bare |
| memory | Bun | 40 MiB |  |  |  |

idle was noisy.

<!-- bench: end -->
below
`)
    const once = pageWith(PAGE, RESULTS)
    expect(pageWith(once, RESULTS)).toBe(once)
    expect(() => pageWith('no markers', RESULTS)).toThrow(/has no <!-- bench: begin -->/)
  })

  it('says on the terminal what was missed', () => {
    expect(tableRow(ROW)).toEqual({
      what: 'list, 10 processes',
      on: 'Node',
      ours: '51.3 ms',
      bare: '30 ms',
      pm2: '400 ms',
      target: '1.71 (≤ 1.90) × bare met; ≤ 50 ms MISSED',
    })
  })
})

describe('the options of the bench', () => {
  const options = (...args: string[]) => optionsOf(args, ['list', 'idle'], ['scale'])

  it('choose measures, a runtime and rounds', () => {
    expect(options()).toMatchObject({ names: ['list', 'idle'], withPeers: false, help: false })
    expect(options('--only', 'scale').names).toEqual(['scale'])
    expect(options('--only', 'idle', '--runtime', 'Bun', '--rounds', '3', '--peers')).toMatchObject({
      names: ['idle'],
      runtime: 'bun',
      rounds: 3,
      withPeers: true,
    })
  })

  it.each([
    [['--only', 'lists'], 'no measure is called lists; there are list, idle, scale'],
    [['--runtime', 'deno'], '--runtime takes node or bun, not deno'],
    [['--rounds', '0'], '--rounds takes a whole number from 1, not 0'],
  ])('refuses %j in a sentence', (args, sentence) => {
    expect(() => options(...args)).toThrow(sentence)
  })

  it('refuses what it does not know in a sentence', () => {
    expect(() => options('--fast')).toThrow(/^unknown option '--fast'.*; --help shows what there is$/i)
  })
})
