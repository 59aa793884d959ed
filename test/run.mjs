// Runs the whole suite on Node, then on Bun, and adds up both totals. Fails if any test or runner failed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from './helpers/bun.mjs'

const require = createRequire(import.meta.url)
const repository = fileURLToPath(new URL('..', import.meta.url))
const reports = mkdtempSync(join(tmpdir(), 'test-reports-'))

const runners = [
  {
    name: 'Node',
    report: join(reports, 'node.json'),
    command: (report) => [
      process.execPath,
      join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs'),
      'run',
      '--config=test/vitest.config.ts',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    totals: (text) => {
      const { numPassedTests, numFailedTests } = JSON.parse(text)
      return { passed: numPassedTests, failed: numFailedTests }
    },
  },
  {
    name: 'Bun',
    report: join(reports, 'bun.xml'),
    command: (report) => [
      bunExecutable(),
      'test',
      // As many as Vitest has.
      '--parallel=5',
      '--dots',
      '--timeout=60000',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
      './test',
    ],
    totals: (text) => {
      const count = (name) => Number(new RegExp(`<testsuites[^>]* ${name}="(\\d+)"`).exec(text)?.[1])
      return { passed: count('tests') - count('failures') - count('skipped'), failed: count('failures') }
    },
  },
]

function run({ name, report, command, totals }) {
  console.log(`\n== Tests on ${name}`)
  const [program, ...args] = command(report)
  // A dot for each of thousands of tests is to be a dot, where nobody sees its colour.
  const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' }
  const { status } = spawnSync(program, args, { cwd: repository, env, stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    const { passed, failed } = totals(readFileSync(report, 'utf8'))
    // A file that does not load fails no test, but the runner.
    return { passed, failed: status === 0 ? failed : Math.max(failed, 1) }
  } catch {
    console.error(`The tests on ${name} left no report.`)
    return { passed: 0, failed: 1 }
  }
}

const results = runners.map(run)
rmSync(reports, { recursive: true })
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 ? 0 : 1
