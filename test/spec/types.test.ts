import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPacked, linkInstalled } from '../helpers/packed.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'
import { tempFolder } from '../helpers/temp.ts'
import { blocks, moduleOf } from './blocks.ts'

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    types: ['node'],
    jsx: 'preserve',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  },
}

const folder = tempFolder('types')

/** What the compiler says of a module in that project; empty: nothing. */
function compile(files: Record<string, string>): string {
  const names = Object.keys(files)
  for (const name of names) writeFileSync(join(folder.path, name), files[name] ?? '')
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify({ ...TSCONFIG, files: names }))
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  const { stdout, stderr } = spawnSync(executable('node'), [compiler, '--pretty', 'false'], {
    cwd: folder.path,
    encoding: 'utf8',
  })
  return `${stdout}${stderr}`.trim()
}

const ENTRY_POINTS = `import { createProcessManager, ProcessManager } from 'tuix'
import type { ProcessConfig, ProcessLog, ProcessState, ProcessStats } from 'tuix/process-manager'
import { ProcessManagerPlugin } from 'tuix/plugin'
import { defineConfig } from 'tuix/config'
const manager: ProcessManager = await createProcessManager({ tuixDir: '.tuix' })
export const state: ProcessState = await manager.status('web')
export const logs: ProcessLog[] = await manager.logs('web', 10)
export const stats: ProcessStats = await manager.getStats('web')
export const config: ProcessConfig = { name: 'web', command: 'node server.js' }
export default [ProcessManagerPlugin({ tuixDir: '.tuix' }), defineConfig({ name: 'app' }), new ProcessManager()]
`

const WRONG = {
  'key.ts': `import { createProcessManager } from 'tuix/process-manager'
await (await createProcessManager()).start({ name: 'web', command: 'x', autorestrat: true })\n`,
  'health.ts': `import type { HealthCheckConfig } from 'tuix/process-manager'
export const check: HealthCheckConfig = { type: 'htpp' }\n`,
  'foreign.ts': `import { createProcessManager } from 'tuix/process-manager'
await (await createProcessManager()).start({ name: 'web', command: 'x', healthCheck: { type: 'tcp', url: '/' } })\n`,
  'method.ts': `import { ProcessManager } from 'tuix/process-manager'
export const nothing = new ProcessManager().stopp('web')\n`,
  'type.ts': `import { createProcessManager } from 'tuix/process-manager'
await createProcessManager({ maxRestarts: '5' })\n`,
}

describe('the documentation, compiled against the packed package', () => {
  /** What the compiler says of all modules, by file: it takes seconds each time it is asked. */
  let said: string[]
  const saidOf = (files: string[]) => said.filter((line) => files.some((file) => line.startsWith(`${file}(`)))

  beforeAll(() => {
    writeFileSync(join(folder.path, 'package.json'), JSON.stringify({ type: 'module' }))
    installPacked(folder.path, 'tuix')
    for (const name of ['@types/node', 'undici-types']) linkInstalled(folder.path, name)
    const examples = blocks.map((block) => [block.file, moduleOf(block)])
    const answer = compile({ ...Object.fromEntries(examples), 'entry-points.ts': ENTRY_POINTS, ...WRONG })
    said = answer.split('\n').filter((line) => /^\w/.test(line))
  })
  afterAll(() => folder.remove())

  it('type-checks every example as printed', () => {
    expect(blocks).toHaveLength(14)
    expect(saidOf(blocks.map(({ file }) => file))).toEqual([])
  })

  it('offers every entry point', () => {
    expect(saidOf(['entry-points.ts'])).toEqual([])
  })

  it('refuses what is wrong, and nothing else', () => {
    expect(said).toHaveLength(5)
    expect(saidOf(['key.ts'])).toEqual([expect.stringContaining("'autorestrat' does not exist")])
    expect(saidOf(['health.ts'])).toEqual([expect.stringContaining('"htpp"')])
    expect(saidOf(['foreign.ts'])).toEqual([expect.stringContaining("'url' does not exist in type")])
    expect(saidOf(['method.ts'])).toEqual([expect.stringContaining("'stopp' does not exist")])
    expect(saidOf(['type.ts'])).toEqual([
      expect.stringContaining(`'"5"' is not assignable to type 'number | "unlimited" | undefined'`),
    ])
  })
})
