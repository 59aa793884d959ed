// npm run bench [-- --json FILE] [--rounds N]: what the commands cost, beside the least that is possible on this machine.
// Compare ratios, not milliseconds: both sides of each are measured in turn. A missed target is marked, and is no failure.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bunExecutable } from '../test/helpers/bun.mjs'
import { benchList } from './lib/list.mjs'
import { benchStart } from './lib/start.mjs'

const { values } = parseArgs({ options: { json: { type: 'string' }, rounds: { type: 'string', default: '20' } } })
const rounds = Number(values.rounds)

const runtimes = [
  { name: 'node', program: process.execPath },
  { name: 'bun', program: bunExecutable() },
]

const results = []
for (const runtime of runtimes) {
  results.push(await benchList({ ...runtime, rounds }))
  results.push(await benchStart({ ...runtime, rounds: Math.ceil(rounds / 3) }))
}

const rows = results.map(({ what, ms, baseline, value, limit, unit }) => ({
  what,
  ms: ms.toFixed(1),
  baseline: baseline.toFixed(1),
  result: `${value.toFixed(unit === '×' ? 2 : 1)} ${unit}`,
  target: `${limit} ${unit}`,
  verdict: value <= limit ? 'met' : 'MISSED',
}))
console.table(rows)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rounds, results }, null, 2)}\n`)
