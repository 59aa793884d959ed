import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HookFacts, type HookSurroundings, runHook } from '../../../src/supervisor/effects/hooks.ts'
import { systemClock } from '../../../src/system/clock.ts'
import { Sweeper } from '../../../src/system/process/sweep.ts'
import { alive, processesOf } from '../../helpers/processes.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('hooks')
})
afterEach(() => {
  for (const pid of processesOf(temp.path)) process.kill(pid, 'SIGKILL')
  temp.remove()
})

const facts: HookFacts = {
  hook: 'onCrash',
  name: 'web',
  pid: 42,
  exitCode: 3,
  signal: null,
  restarts: 2,
  reason: 'exited with 3',
  cause: 'exited',
}

async function outputOf(commandLine: string, surroundings: Partial<HookSurroundings> = {}): Promise<string[]> {
  const lines: string[] = []
  await runHook(commandLine, facts, {
    cwd: temp.path,
    env: { PATH: process.env.PATH ?? '', GREETING: 'hello' },
    clock: systemClock,
    sweeper: new Sweeper(),
    onOutput: (line) => lines.push(line),
    ...surroundings,
  })
  return lines
}

describe('runHook', () => {
  it("runs in the process's folder and environment, with the facts", async () => {
    const variables = ['HOOK', 'NAME', 'PID', 'EXIT_CODE', 'SIGNAL', 'RESTARTS', 'REASON', 'CAUSE'].map(
      (name) => `$TUIX_${name}`,
    )
    // Two pipes keep no order between them, so what comes of both is compared without one.
    const lines = await outputOf(`set -u; echo "$GREETING|${variables.join('|')}"; pwd >&2`)
    expect(lines.sort()).toEqual([temp.path, 'hello|onCrash|web|42|3||2|exited with 3|exited'])
  })

  it('says how it failed', async () => {
    expect(await outputOf('echo before; exit 7')).toEqual(['before', 'onCrash exited with 7'])
    expect(await outputOf('kill -KILL $$')).toEqual(['onCrash was killed by SIGKILL'])
    expect(await outputOf('true', { cwd: join(temp.path, 'gone') })).toEqual([
      `onCrash could not be run: \`/bin/sh\` could not be started in ${temp.path}/gone`,
    ])
  })

  it('is killed with its children when it takes too long', async () => {
    const lines = await outputOf('sleep 600 & echo $! > pid; setsid sleep 600 & wait', { timeout: 500 })
    expect(lines).toEqual(['onCrash was killed: it took longer than 0.5 s'])
    const pid = Number(readFileSync(join(temp.path, 'pid'), 'utf8'))
    expect(pid).toBeGreaterThan(1)
    await until(() => !alive(pid) && processesOf(temp.path).length === 0, { what: 'the end of its children' })
  })

  it('is over when its shell is, whatever that left behind', async () => {
    await outputOf('sleep 600 & setsid sleep 600 &')
    await until(() => processesOf(temp.path).length === 0, { what: 'the end of its children' })
  })
})
