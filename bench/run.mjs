// npm run bench [-- OPTIONS]: what things cost, beside the least that is possible on this machine and beside other process
// managers. Compare ratios, not milliseconds: all sides of a measure are measured in turn, in one run. A missed target is
// marked, and is no failure. `last-words` (1,000 exits under load), `scale` (1,000 processes), `reload` (20 reloads
// under load) and `leaks` (10,000 crashes, an hour of runs) take minutes and tell nothing of speed: they run when `--only` names them, as `compile-cache` does, which
// needs Node 22 or later, `dashboard`, which needs Chromium, and `swarm-list`, which needs Docker and root. Linux only.
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from '../test/helpers/bun.mjs'
import { otherBuild } from './lib/everyone.mjs'
import { interruptedBy, listenForInterruption } from './lib/interruption.mjs'
import { describeMachine } from './lib/machine.mjs'
import { helpText, optionsOf } from './lib/options.mjs'
import { tableRow, writePerformance } from './lib/report.mjs'
import { removeTemporary } from './lib/run.mjs'
import { pm2 } from './managers/pm2.mjs'
import { supervisord } from './managers/supervisord.mjs'
import { measures, onDemand } from './measures/index.mjs'

const COMMAND = fileURLToPath(new URL('../dist/tuix-ps.js', import.meta.url))
const RUNTIMES = [
  { name: 'Node', program: process.execPath },
  { name: 'Bun', program: bunExecutable() },
]

try {
  const names = [Object.keys(measures), Object.keys(onDemand)]
  const options = optionsOf(process.argv.slice(2), ...names)
  if (options.help) console.log(helpText(...names))
  else await bench(options)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 2
}

async function bench({ names, runtime, rounds, withPeers, against, json, markdown }) {
  if (process.platform !== 'linux') throw new Error('it reads /proc, and so runs on Linux alone')
  if (!existsSync(COMMAND)) throw new Error('dist/ is missing: npm run build')
  const other = against && resolve(against, 'dist/tuix-ps.js')
  if (other && !existsSync(other)) throw new Error(`${other} is missing: --against takes a folder with another build`)
  listenForInterruption()
  const peers = withPeers ? [pm2, supervisord] : []
  for (const peer of peers) if (!peer.available()) console.error(peer.missing)
  const notes = []
  const context = {
    runtimes: RUNTIMES.filter(({ name }) => !runtime || name.toLowerCase() === runtime).flatMap((each) => [
      each,
      ...(other ? [{ ...each, name: otherBuild(each.name), command: other }] : []),
    ]),
    peers: peers.filter((peer) => peer.available()),
    rounds: (usual) => rounds ?? usual,
    note: (text) => notes.push(text),
  }
  const results = { ...describeMachine(context), measures: {}, notes }
  for (const name of names) {
    const begun = performance.now()
    process.stderr.write(`${name} … `)
    try {
      results.measures[name] = await (measures[name] ?? onDemand[name])(context)
    } catch (error) {
      if (interruptedBy()) break
      // One that fails must not take the results of the others with it.
      notes.push(`${name} failed: ${error.message}`)
      process.exitCode = 1
    }
    process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
  }
  if (interruptedBy()) {
    removeTemporary()
    process.exit(interruptedBy() === 'SIGINT' ? 130 : 143)
  }
  console.table(Object.values(results.measures).flat().map(tableRow))
  for (const note of notes) console.error(note)
  if (json) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`)
  if (markdown) writePerformance(results)
}
