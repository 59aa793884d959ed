import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followAll } from '../src/follow-all.ts'
import type { ProcessLog } from '../src/model/logs.ts'
import { newProcess } from '../src/model/saved.ts'
import { ProcessLogs } from '../src/process-logs.ts'
import { processDetail } from './commands/states.ts'
import { type TempFolder, tempFolder } from './helpers/temp.ts'
import { until } from './helpers/until.ts'

let temp: TempFolder
let reads = 0
let end = () => {}
beforeEach(() => {
  temp = tempFolder()
  mkdirSync(join(temp.path, 'logs'))
  reads = 0
})
afterEach(() => {
  end()
  temp.remove()
})

const NAMES = Array.from({ length: 50 }, (_, i) => `web-${i}`)
const log = (name: string) => join(temp.path, `logs/${name}.out.log`)

function processLogs(): ProcessLogs {
  const processes = NAMES.map((name) => newProcess(`0:${name}:1`, { ...processDetail().config, name }, 1))
  return new ProcessLogs({
    tuixDir: temp.path,
    saved() {
      reads += 1
      return processes
    },
    find: async (name) => ({ config: { ...processDetail().config, name } }),
    warn(message) {
      throw new Error(message)
    },
  })
}

describe('the logs of many processes', () => {
  it('are read, and read on, with one look at the state', async () => {
    for (const name of NAMES) appendFileSync(log(name), `of ${name}\n`)
    const logs = processLogs()
    expect((await logs.read(NAMES, {})).map(({ message }) => message).sort()).toEqual(
      NAMES.map((name) => `of ${name}`).sort(),
    )
    expect(reads).toBe(1)
    await logs.readAfter(NAMES, 'start', {})
    expect(reads).toBe(2)
  })

  it('are followed with one look at the state, those that come later too', async () => {
    const logs = processLogs()
    const seen: ProcessLog[] = []
    end = followAll(
      {
        sources: () => logs.sources(),
        follow: (which, callback, options) => logs.follow(which, callback, options),
        async *events() {
          yield { time: Date.now() - 1000, name: 'later', type: 'start', run: 1, message: '' }
        },
      },
      (line) => seen.push(line),
    )
    const missing = () => ['later', ...NAMES].filter((name) => !seen.some((line) => line.name === name))
    await until(() => {
      for (const name of missing()) appendFileSync(log(name), `of ${name}\n`)
      return missing().length === 0
    })
    // All that there were, and the later one.
    expect(reads).toBe(2)
  })
})
