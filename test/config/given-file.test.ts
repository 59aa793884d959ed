import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readGiven, readProblem } from '../../src/config/given-file.ts'
import { loadConfig } from '../../src/config/load.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
const writers: ReturnType<typeof spawn>[] = []
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => {
  for (const writer of writers.splice(0)) writer.kill('SIGKILL')
  folder.remove()
})

const inFolder = (name: string) => join(folder.path, name)

/** A FIFO to which a program of its own writes what this shell command prints. */
function fifo(name: string, command: string): string {
  execFileSync('mkfifo', [inFolder(name)])
  writers.push(spawn('sh', ['-c', `exec >"$1"; ${command}`, 'sh', inFolder(name)], { stdio: 'ignore' }))
  return inFolder(name)
}

const problemOf = (path: string) => {
  try {
    return readGiven(path).toString()
  } catch (error) {
    return readProblem(error)
  }
}

describe('a file that a user names', () => {
  it('may be a FIFO that a program of its own serves, also if that opens it late and writes in parts', () => {
    const path = fifo('late', 'printf A=1; sleep 0.2; head -c 200000 /dev/zero | tr "\\0" x')
    expect(readGiven(path).toString()).toBe(`A=1${'x'.repeat(200_000)}`)
    expect(readGiven(fifo('empty', 'sleep 0.2')).toString()).toBe('')
  })

  it('is given up after a while if it is a FIFO that nobody writes to, or whose writer does not end', () => {
    execFileSync('mkfifo', [inFolder('silent')])
    expect(problemOf(inFolder('silent'))).toBe('it is a FIFO, and nobody wrote to it within 5 s')
    expect(problemOf(fifo('open', 'printf A=1; exec sleep 60'))).toBe(
      'it is a FIFO whose content did not end within 5 s',
    )
  })

  it('is refused without an end, and where there is nothing to read', () => {
    expect(problemOf('/dev/zero')).toBe('it has more than 16 MB')
    expect(problemOf('/dev/null')).toBe('')
    mkdirSync(inFolder('folder'))
    expect(problemOf(inFolder('folder'))).toBe('it is a folder')
    expect(problemOf(inFolder('none'))).toBe('it does not exist')
  })

  it('is asked for once, although several processes have the same env file', async () => {
    fifo('.env', 'echo SECRET=1')
    const processes = { a: { command: 'x' }, b: { command: 'x' } }
    writeFileSync(inFolder('processes.json'), JSON.stringify({ defaults: { envFile: '.env' }, processes }))
    const { processes: loaded } = await loadConfig({ cwd: folder.path })
    expect(loaded.map(({ env }) => env)).toEqual([{ SECRET: '1' }, { SECRET: '1' }])
  })

  it('may be a config of data that comes from a FIFO, but not one of code', async () => {
    fifo('web.json', `echo '[{"name":"web","command":"x"}]'`)
    expect((await loadConfig({ cwd: folder.path, file: 'web.json' })).processes).toHaveLength(1)
    execFileSync('mkfifo', [inFolder('web.ts')])
    await expect(loadConfig({ cwd: folder.path, file: 'web.ts' })).rejects.toThrow(
      'web.ts: is a FIFO, and a config that is code must be a file',
    )
  })
})
