import { spawn } from 'node:child_process'
import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { REPOSITORY } from '../helpers/runtimes.ts'
import type { Found } from './run.ts'

/** More at a time take too much memory. */
const AT_A_TIME = 1000

/** The mutants that are no TypeScript: nobody could make such a mistake. Each is checked as a file beside the one that it is made of. */
export async function refusedByTypes(mutants: Found[], folder: string): Promise<Set<Found>> {
  const refused = new Set<Found>()
  for (let first = 0; first < mutants.length; first += AT_A_TIME) {
    const some = mutants.slice(first, first + AT_A_TIME)
    for (const index of await refusedOf(some, join(folder, `types-${first}`))) {
      const mutant = some[index]
      if (mutant) refused.add(mutant)
    }
  }
  return refused
}

async function refusedOf(mutants: Found[], folder: string): Promise<Set<number>> {
  cpSync(join(REPOSITORY, 'src'), join(folder, 'src'), { recursive: true })
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(REPOSITORY, name), join(folder, name))
  const compilerOptions = {
    rootDir: '.',
    noEmit: true,
    declaration: false,
    // A mutant may well leave something unused: that is not what its tests should notice.
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowUnreachableCode: true,
  }
  const config = { extends: join(REPOSITORY, 'tsconfig.json'), compilerOptions, include: ['src'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  for (const [index, { file, source }] of mutants.entries())
    writeFileSync(join(folder, dirname(file), `mutant-${index}-${basename(file)}`), source)
  const output = await typecheck(folder)
  const indexes = [...output.matchAll(/^\S*\/mutant-(\d+)-[^/]*\.ts\(\d+,\d+\): error/gm)].map(([, index]) =>
    Number(index),
  )
  if (/^(?!\S*\/mutant-)\S+\.ts\(\d+,\d+\): error|^error/m.test(output))
    throw new Error(`the sources themselves are refused: ${output.slice(0, 1000)}`)
  return new Set(indexes)
}

function typecheck(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const tsc = join(REPOSITORY, 'node_modules/.bin/tsc')
    const child = spawn(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.once('error', reject)
    child.once('close', () => resolve(output))
  })
}
