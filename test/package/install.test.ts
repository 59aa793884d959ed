import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPacked } from '../helpers/packed.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { pathWithRuntimes } from '../helpers/runtimes.ts'

const NAME = 'tuix-process-manager'

describe('the package, installed', () => {
  let project: Project
  let home: string
  beforeAll(() => {
    project = tempProject({ config: [{ name: 'web', command: 'sleep 1000' }], files: { 'package.json': {} } })
    home = installPacked(project.path, NAME)
  })
  afterAll(() => project.dispose())

  const call = (program: string, ...args: string[]) =>
    project.run(args, { program, env: { PATH: pathWithRuntimes() } }).finished

  it.each([
    ['node', 'npx', []],
    ['bun', 'bun', ['--bun', 'run']],
  ])('runs on %s, called with %s', async (runtime, program, options) => {
    expect(await call(program, ...options, 'tuix-ps', 'start', 'web')).toMatchObject({ code: 0 })
    expect((await call(program, ...options, 'tuix-ps', 'supervisor', '--json')).json()).toMatchObject({
      supervisor: { runtime },
    })
    // The next one is to find nobody.
    expect(await project.ps('supervisor', 'stop')).toMatchObject({ code: 0 })
  })

  it('brings an example that runs', async () => {
    const { code, stdout } = await project.run([join(home, 'examples/quickstart/demo.mjs')]).finished
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Everything was as it should be.') })
  })
})
