// npm run smoke [-- PROGRAM…]: the built command on these runtimes, which need not be the one that runs the tests. Without any:
// on the Node releases that users have besides the oldest one that is supported; npm brings them, once.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from '../helpers/bun.mjs'

const RELEASES = ['22', '24', '26']

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Not among the dependencies: 130 MB each, which nobody needs for anything else. Null: it cannot be had. */
function nodeOf(release) {
  const name = `node-${process.platform}-${process.arch}`
  const folder = `${repository}node_modules/.cache/node-${release}`
  const program = `${folder}/node_modules/${name}/bin/node`
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund']
  const { status, stderr } = spawnSync('npm', ['install', ...options, '--prefix', folder, `${name}@${release}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status === 0 && existsSync(program)) return program
  const why = /^npm (?:error|ERR!) (?!code )(.*)$/m.exec(stderr ?? '')?.[1] ?? 'npm install failed'
  console.log(`skipped: Node ${release}, which npm does not bring: ${why}`)
  return null
}

/** Whether everything worked on this runtime: a path, or a program of PATH. */
function smoke(named) {
  const says = (expression) => spawnSync(named, ['-p', expression], { encoding: 'utf8' }).stdout?.trim()
  const program = says('process.execPath')
  if (!program) {
    console.error(`${named} does not run here`)
    return false
  }
  const begun = performance.now()
  const version = says('process.versions.bun ? "Bun " + process.versions.bun : "Node " + process.versions.node')
  console.log(`\n== ${version}: ${program}`)
  const { status } = spawnSync(bunExecutable(), ['test', '--timeout=30000', './test/smoke/runtime.ts'], {
    cwd: repository,
    env: { ...process.env, SMOKE_RUNTIME: program },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  console.log(`${((performance.now() - begun) / 1000).toFixed(1)} s`)
  return status === 0
}

const named = process.argv.slice(2)
const programs = named.length > 0 ? named : RELEASES.map(nodeOf).filter((program) => program !== null)
process.exitCode = programs.map(smoke).every((worked) => worked) ? 0 : 1
