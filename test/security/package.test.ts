import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { REPOSITORY } from '../helpers/runtimes.ts'

it('the package holds what runs, what describes it, and nothing else', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: 'pipe' }))
  const names: string[] = packed.files.map(({ path }: { path: string }) => path)
  const expected = /^(?:dist\/.+\.(?:js|d\.ts|json)|CHANGELOG\.md|LICENSE|README\.md|package\.json)$/
  expect(names.filter((name) => !expected.test(name))).toEqual([])
  expect(names).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/tuix-ps.js']))
})
