import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

/* Nothing that a process, a check, a config or a command line says does anything on a terminal, or in a pipe to one. */

const EVIL = '\x1b]52;c;QkJC\x07 \x1b[2J \x9b2J \u202e \u2066'
const DOES_SOMETHING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

let project: Project
beforeEach(() => {
  const command = `printf 'check \\033]52;c;QkJC\\007 \\033[2J done'; exit 1`
  project = tempProject({
    config: [
      child('checked', 'sleeper', {
        maxRestarts: 0,
        healthCheck: { type: 'exec', command, interval: 100, retries: 1 },
        startTimeout: 20_000,
      }),
      child('odd', 'sleeper', { args: [EVIL, 'first\nsecond'], env: { ODD: EVIL, LINES: 'one\ntwo' } }),
    ],
  })
})
afterEach(() => project.dispose())

async function printed(...args: string[]): Promise<string> {
  const { stdout, stderr } = await project.ps(...args)
  expect([args, DOES_SOMETHING.exec(stdout + stderr)]).toEqual([args, null])
  return stdout + stderr
}

describe('what comes from outside does nothing on a terminal', () => {
  it('in the failure of a start, and in all that is told of it', async () => {
    expect(await printed('start', 'checked')).toContain('check   done')
    for (const name of ['status', 'why', 'logs', 'start']) await printed(name, 'checked')
    for (const line of ['list', 'list --json', 'events', 'events --json', 'doctor', 'tree']) {
      await printed(...line.split(' '))
    }
  })

  it('in what a config says', async () => {
    await printed('start', 'odd')
    const page = await printed('status', 'odd')
    expect(page).toMatch(/^ {2}command .*'first\\nsecond'$/m)
    expect(page).toMatch(/^ .*LINES=one\\ntwo$/m)
    for (const line of ['status odd --json', 'env odd', 'env odd --json', 'tree', 'tree --json', 'ports', 'graph']) {
      await printed(...line.split(' '))
    }
  })

  it("in the user's own words, which come back in errors", async () => {
    const cases = [
      [EVIL],
      [`--${EVIL}`],
      ['start', EVIL],
      ['list', '--config', `${EVIL}.json`],
      ['logs', '--since', EVIL],
      ['logs', '--grep', `[${EVIL}`],
      ['logs', '--level', EVIL],
      ['stop', '--timeout', EVIL],
      ['signal', 'odd', EVIL],
      ['import', EVIL],
      ['run', 'x', '--', EVIL],
    ]
    for (const args of cases) expect(await printed(...args)).not.toBe('')
  })
})
