import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url))
const BEGIN = '<!-- bench: begin -->'
const END = '<!-- bench: end -->'

/** One row for `console.table`. */
export function tableRow({ what, on, value, unit, bare, peers, checks }) {
  return {
    what: what.replaceAll('`', ''),
    on,
    ours: quantity(value, unit),
    bare: bare ? quantity(bare.value, unit) : '',
    ...Object.fromEntries(Object.entries(peers ?? {}).map(([name, other]) => [name, quantity(other, unit)])),
    target: checks.map((each) => `${describe(each)} ${each.met ? 'met' : 'MISSED'}`).join('; '),
  }
}

/** Puts the results between the markers of docs/performance.md. */
export function writePerformance(results) {
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), results))
}

/**
 * The page with these results in place of those of before.
 * @param {string} page
 * @param {object} results as `--json` writes them
 */
export function pageWith(page, results) {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`docs/performance.md has no ${BEGIN} … ${END}`)
  return `${before}${BEGIN}\n\n${markdown(results)}\n${END}${after}`
}

function markdown({ date, machine, versions, measures, notes }) {
  const rows = Object.values(measures).flat()
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers ?? {})))]
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [
    `${date}, ${machine}. ${versions}.`,
    '',
    line(['what', 'on', 'tuix-ps', 'beside', ...peers, '']),
    line(['---', '---', '---:', '---:', ...peers.map(() => '---:'), '---']),
    ...rows.map(({ what, on, value, unit, bare, peers: others, checks }) =>
      line([
        what,
        on,
        quantity(value, unit),
        bare ? `${bare.what}: ${quantity(bare.value, unit)}` : '',
        ...peers.map((peer) => (others?.[peer] === undefined ? '' : quantity(others[peer], unit))),
        // Targets are for those who work on this program: the terminal tells them.
        checks.flatMap(({ is, unit: of }) => (is === value ? [] : [`${number(is)} ${of}`])).join('; '),
      ]),
    ),
    '',
    ...notes.flatMap((note) => [`${note}.`, '']),
  ].join('\n')
}

/** '1.75 (≤ 1.9) × bare'; where the value itself has the limit, that alone. */
function describe({ is, limit, unit, atLeast }) {
  const bound = `${atLeast ? '≥' : '≤'} ${number(limit)}`
  return unit.startsWith('×') || unit.includes(' ') ? `${number(is)} (${bound}) ${unit}` : `${bound} ${unit}`.trim()
}

function quantity(value, unit) {
  return `${number(value)} ${unit}`.trim()
}

function number(value) {
  if (Number.isInteger(value)) return value.toLocaleString('en')
  return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(Math.abs(value) < 100 ? 1 : 0)
}
