import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderRecords } from '../../src/manager/folder-records.ts'
import { newProcess } from '../../src/model/lifecycle/process.ts'
import { processDetail } from '../commands/states.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

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

function processLogs(): FolderRecords {
  const processes = NAMES.map((name) => newProcess(`0:${name}:1`, { ...processDetail().config, name }))
  return new FolderRecords({
    tuixDir: temp.path,
    async saved() {
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

  it('are followed with one look at the state', async () => {
    const logs = processLogs()
    const seen = new Set<string>()
    end = logs.follow(
      () => true,
      ({ name }) => seen.add(name),
      {},
    )
    await until(() => {
      for (const name of NAMES) if (!seen.has(name)) appendFileSync(log(name), `of ${name}\n`)
      return seen.size === NAMES.length
    })
    expect(reads).toBe(1)
  })

  it('are followed where a process starts after the time of day was set back', async () => {
    const seen: string[] = []
    end = processLogs().follow(
      () => true,
      ({ message }) => seen.push(message),
      {},
    )
    await until(() => {
      appendFileSync(log('web-0'), 'of web-0\n')
      return seen.includes('of web-0')
    })
    const time = Date.now() - 3_600_000
    writeFileSync(log('later'), 'by the new time\n')
    utimesSync(log('later'), time / 1000 + 1, time / 1000 + 1)
    const event = { time, name: 'later', type: 'start', run: 1, message: '' }
    appendFileSync(join(temp.path, 'events.jsonl'), `${JSON.stringify(event)}\n`)
    await until(() => seen.includes('by the new time'))
  })
})
