import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../../src/model/config/config.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'
import { endReal, realProcess } from '../real.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('spawn-problem')
})
afterEach(async () => {
  await endReal(temp.path)
  temp.remove()
})

async function failureOf(config: ProcessConfig, prepare = () => {}) {
  const { managed, events } = realProcess(temp.path, config)
  prepare()
  managed.dispatch({ type: 'start', owner: null })
  await until(() => managed.process.phase.type === 'failed')
  return { phase: managed.process.phase, message: events.find(({ type }) => type === 'error')?.message }
}

describe('a spawn that fails', () => {
  it('names a program that is missing', async () => {
    const { message } = await failureOf({ name: 'web', command: './gone' })
    expect(message).toBe('could not be started: `./gone` was not found')
  })

  it('names the script whose interpreter is missing', async () => {
    const script = join(temp.path, 'script')
    writeFileSync(script, '#!/no/such/interpreter\n')
    chmodSync(script, 0o755)
    const { phase, message } = await failureOf({ name: 'web', command: './script' })
    expect(phase).toMatchObject({ cause: { type: 'spawn-failed', problem: { type: 'no-interpreter' } } })
    expect(message).toBe('could not be started: the interpreter in the `#!` line of `./script` was not found')
  })

  it('names the working directory if that is missing', async () => {
    const cwd = join(temp.path, 'cwd')
    const { message } = await failureOf({ name: 'web', command: 'sleep 60', cwd }, () =>
      rmSync(cwd, { recursive: true, force: true }),
    )
    expect(message).toBe(`could not be started: cwd ${cwd} is not a folder`)
  })

  it('does not wait for a log file below a folder that cannot be made', async () => {
    const { message } = await failureOf({ name: 'web', command: 'sleep 60', logFile: '/proc/none/web.log' })
    expect(message).toMatch(/^could not be started: \/proc\/none.*: it does not exist/)
  })

  it('names the log file that cannot be opened, and does not blame the program', async () => {
    const logFile = join(temp.path, 'a-file', 'web.log')
    writeFileSync(join(temp.path, 'a-file'), '')
    const { message } = await failureOf({ name: 'web', command: 'sleep 60', logFile })
    expect(message).toMatch(/^could not be started: \/.*a-file.*: a part of the path is not a folder$/)
  })
})
