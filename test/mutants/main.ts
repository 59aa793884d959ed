/* npm run mutants -- [--only src/model/text] [--tests test/model] [--jobs 2] [--json FILE] */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { type Found, killMutants } from './run.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: ['src/model', 'src/config'] },
    tests: { type: 'string', multiple: true, default: ['test/model', 'test/config'] },
    jobs: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  },
})

interface Equivalent {
  from: string
  to: string
  why: string
}

/** By file: mutants that no test can tell from the original, or none should. */
const equivalents: Record<string, Equivalent[]> = JSON.parse(
  readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'),
)
const isEquivalent = ({ file, from, to }: Found) =>
  (equivalents[file] ?? []).some((known) => known.from === from && known.to === to)

const begun = Date.now()
const { mutants, refused, survivors } = await killMutants({
  only: values.only,
  tests: values.tests,
  jobs: Number(values.jobs),
  note: (line) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`),
  survived(mutant) {
    const { file, line, from, to } = mutant
    if (!isEquivalent(mutant)) console.log(`${file}:${line}\n    ${from}\n  → ${to}`)
  },
})
const alive = survivors.filter((mutant) => !isEquivalent(mutant))

const lives = new Set(survivors)
const fateOf = (mutant: Found) => {
  if (refused.has(mutant)) return 'refused'
  if (!lives.has(mutant)) return 'killed'
  return isEquivalent(mutant) ? 'equivalent' : 'alive'
}
const byFolder: Record<string, Record<'mutants' | ReturnType<typeof fateOf>, number>> = {}
for (const mutant of mutants) {
  const folder = dirname(mutant.file)
  const row = byFolder[folder] ?? { mutants: 0, refused: 0, killed: 0, equivalent: 0, alive: 0 }
  byFolder[folder] = row
  row.mutants++
  row[fateOf(mutant)]++
}
console.table(byFolder)

const tried = new Set(mutants.map(({ file }) => file))
for (const [file, known] of Object.entries(equivalents).filter(([file]) => tried.has(file)))
  for (const { from, to } of known)
    if (!survivors.some((mutant) => mutant.file === file && mutant.from === from && mutant.to === to))
      console.log(`equivalent.json: no such mutant of ${file} survives any more: ${from} → ${to}`)
console.log(`${mutants.length} mutants, ${alive.length} alive, ${Math.round((Date.now() - begun) / 1000)} s`)
if (values.json)
  writeFileSync(
    values.json,
    JSON.stringify(
      alive.map(({ source: _, ...mutant }) => mutant),
      null,
      2,
    ),
  )
process.exitCode = alive.length === 0 ? 0 : 1
