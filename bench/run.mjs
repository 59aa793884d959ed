// npm run bench [-- OPTIONS]: what things cost, beside the least that is possible on this machine and beside other process
// managers. Compare ratios, not milliseconds: all sides of a measure are measured in turn, in one run. A missed target is
// marked, and is no failure. Linux only.
//   --only NAMES      these measures (separated by commas; the names are in measures/index.mjs)
//   --runtime NAME    Node or Bun alone
//   --rounds N        as often, instead of as often as each measure needs
//   --peers           pm2 (npm install --prefix bench --no-package-lock) and supervisord too, where they are installed
//   --json FILE       everything that was measured
//   --markdown        into docs/performance.md, between its markers; with --only, only what was measured anew
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bunExecutable } from '../test/helpers/bun.mjs'
import { describeMachine } from './lib/machine.mjs'
import { tableRow, writePerformance } from './lib/report.mjs'
import { pm2 } from './managers/pm2.mjs'
import { supervisord } from './managers/supervisord.mjs'
import { measures } from './measures/index.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    runtime: { type: 'string' },
    rounds: { type: 'string' },
    peers: { type: 'boolean', default: false },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
})

const names = options.only?.split(',') ?? Object.keys(measures)
const unknown = names.find((name) => !measures[name])
if (unknown) throw new Error(`no measure is called ${unknown}; there are ${Object.keys(measures).join(', ')}`)

const peers = options.peers ? [pm2, supervisord] : []
for (const peer of peers) if (!peer.available()) console.error(peer.missing)
const notes = []
const context = {
  runtimes: [
    { name: 'Node', program: process.execPath },
    { name: 'Bun', program: bunExecutable() },
  ].filter(({ name }) => !options.runtime || name.toLowerCase() === options.runtime.toLowerCase()),
  peers: peers.filter((peer) => peer.available()),
  rounds: (usual) => Number(options.rounds ?? usual),
  note: (text) => notes.push(text),
}

const results = { ...describeMachine(context), measures: {}, notes }
for (const name of names) {
  const begun = performance.now()
  process.stderr.write(`${name} … `)
  try {
    results.measures[name] = await measures[name](context)
  } catch (error) {
    // One that fails must not take the results of the others with it.
    notes.push(`${name} failed: ${error.message}`)
    process.exitCode = 1
  }
  process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
}

console.table(Object.values(results.measures).flat().map(tableRow))
for (const note of notes) console.error(note)
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
if (options.markdown) writePerformance(results)
