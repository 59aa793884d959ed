import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManagedProcess } from '../../src/model/process.ts'
import { targetOf } from '../../src/supervisor/target.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { managedProcess } from '../model/processes.ts'

let temp: TempFolder

beforeEach(() => {
  temp = tempFolder('target')
  for (const name of ['own.log', 'errors.log', 'shared.log']) writeFileSync(join(temp.path, name), '')
})
afterEach(() => temp.remove())

const sourceOf = ({ config: { name, logFile, errorFile } }: ManagedProcess) => ({
  name,
  logFile: logFile ?? '',
  errorFile: errorFile ?? '',
  indexFile: '',
  eventsFile: '',
})
const writing = (name: string, out: string, err: string) =>
  managedProcess({ id: `f00d:${name}:1` }, { name, logFile: join(temp.path, out), errorFile: join(temp.path, err) })
const logsOf = (process: ManagedProcess, all: ManagedProcess[]) => targetOf(process, all, sourceOf).logs
const inode = (name: string) => {
  const { dev, ino } = statSync(join(temp.path, name))
  return `${dev}:${ino}`
}

describe('the logs that a process is recognised by', () => {
  it('are its own, a merged one once', () => {
    const web = writing('web', 'own.log', 'errors.log')
    expect(logsOf(web, [web])).toEqual([inode('own.log'), inode('errors.log')])
    const merged = writing('web', 'own.log', 'own.log')
    expect(logsOf(merged, [merged])).toEqual([inode('own.log')])
  })

  it('are none that another writes too, as its output or its errors', () => {
    const web = writing('web', 'own.log', 'shared.log')
    for (const other of [writing('api', 'shared.log', 'none'), writing('api', 'none', 'shared.log')])
      expect(logsOf(web, [web, other])).toEqual([inode('own.log')])
  })

  it('are none that is not there', () => {
    const web = writing('web', 'none.log', 'none.log')
    expect(logsOf(web, [web])).toEqual([])
  })
})
