import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bunExecutable } from '../helpers/bun.mjs'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { type Mutant, mutantsOf } from './mutate.ts'
import { refusedByTypes } from './typecheck.ts'

export interface Found extends Mutant {
  /** Below the repository. */
  file: string
}

export interface Killing {
  /** Sources, or folders of them, below the repository. */
  only: string[]
  /** Folders of tests. */
  tests: string[]
  /** How many run at a time. */
  jobs: number
  note(line: string): void
  /** Told of each that no test notices, as soon as that is known. */
  survived(mutant: Found): void
}

export interface Killed {
  /** All that could be made. */
  mutants: Found[]
  /** Those that the types refuse. */
  refused: Set<Found>
  survivors: Found[]
}

const PRELOAD = fileURLToPath(new URL('preload.mjs', import.meta.url))

/** Runs for each mutant of the sources that the types allow the tests that run its lines, the nearest first, until one fails. */
export async function killMutants({ only, tests, jobs, note, survived }: Killing): Promise<Killed> {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  try {
    const files = only.flatMap((path) => filesIn(path, /(?<!\.d)\.ts$/))
    const mutants = files.flatMap((file) =>
      mutantsOf(readFileSync(join(REPOSITORY, file), 'utf8')).map((mutant) => ({ ...mutant, file })),
    )
    const loading = await testsOf(
      tests.flatMap((path) => filesIn(path, /\.test\.ts$/)),
      folder,
    )
    const refused = await refusedByTypes(mutants, folder)
    note(`${mutants.length} mutants of ${files.length} files, of which the types refuse ${refused.size}`)
    const survivors: Found[] = []
    let tried = 0
    const waiting = mutants.filter((mutant) => !refused.has(mutant)).values()
    const work = async (job: number) => {
      for (const mutant of waiting) {
        if (!(await isKilled(mutant, loading, join(folder, `${job}.ts`)))) {
          survivors.push(mutant)
          survived(mutant)
        }
        if (++tried % 100 === 0) note(`${tried} tried, ${survivors.length} survive`)
      }
    }
    await Promise.all(Array.from({ length: jobs }, (_, job) => work(job)))
    const order = new Map(mutants.map((mutant, index) => [mutant, index]))
    survivors.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    return { mutants, refused, survivors }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesIn(path: string, wanted: RegExp): string[] {
  if (wanted.test(path)) return [path]
  return readdirSync(join(REPOSITORY, path), { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((name) => wanted.test(name))
    .sort()
}

interface TestFile {
  path: string
  /** ms that it takes alone. */
  takes: number
  /** How often it runs each line, by file. */
  runs: Map<string, Map<number, number>>
}

/** What each file of tests runs, as its coverage tells. All must pass. */
async function testsOf(paths: string[], folder: string): Promise<TestFile[]> {
  const found: TestFile[] = []
  for (const [i, path] of paths.entries()) {
    const report = join(folder, `coverage-${i}`)
    mkdirSync(report)
    const begun = performance.now()
    const args = ['--coverage', '--coverage-reporter=lcov', `--coverage-dir=${report}`, `./${path}`]
    if (!(await passes(args, {}, 60_000))) throw new Error(`${path} fails without any mutant`)
    const takes = performance.now() - begun
    found.push({ path, takes, runs: linesOf(readFileSync(join(report, 'lcov.info'), 'utf8')) })
  }
  return found
}

function linesOf(lcov: string): TestFile['runs'] {
  const runs: TestFile['runs'] = new Map()
  for (const record of lcov.split('end_of_record')) {
    const file = /^SF:(.*)$/m.exec(record)?.[1]
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(
      ([, line, count]) => [Number(line), Number(count)] as const,
    )
    if (file) runs.set(file, new Map(lines))
  }
  return runs
}

/** Whether a file of tests runs what a mutant changes, as far as is known: a report leaves lines out. */
function reaches({ runs }: TestFile, { file, line, last }: Found): boolean {
  const lines = runs.get(file)
  if (!lines) return false
  const known = Array.from({ length: last - line + 1 }, (_, i) => lines.get(line + i)).filter(
    (count) => count !== undefined,
  )
  return known.length === 0 || known.some((count) => count > 0)
}

async function isKilled(mutant: Found, all: TestFile[], file: string): Promise<boolean> {
  const beside = mutant.file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')
  const tests = all.filter((test) => reaches(test, mutant)).sort((a, b) => a.takes - b.takes)
  const nearest = tests.filter(({ path }) => path === beside)
  const others = tests.filter(({ path }) => path !== beside)
  writeFileSync(file, mutant.source)
  const env = { MUTANT_FILE: join(REPOSITORY, mutant.file), MUTANT_SOURCE: file }
  for (const group of [nearest, others].filter(({ length }) => length > 0)) {
    const args = ['--bail=1', `--preload=${PRELOAD}`, ...group.map(({ path }) => `./${path}`)]
    const usual = group.reduce((sum, { takes }) => sum + takes, 0)
    if (!(await passes(args, env, 5000 + 10 * usual))) return true
  }
  return false
}

/** Whether these tests pass in so many ms. What begins a loop without end does not. */
function passes(args: string[], env: Record<string, string>, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(bunExecutable(), ['test', '--timeout=10000', ...args], {
      cwd: REPOSITORY,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), limit)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })
}
