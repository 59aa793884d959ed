import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  makePrivateFolder,
  removeFile,
  removeHalfWritten,
  setAside,
  writeAtomic,
  writeAtomicSync,
} from '../../../src/system/fs/files.ts'
import { whenMissing } from '../../../src/system/fs/watch-folder.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { until } from '../../helpers/until.ts'

let temp: TempFolder
let umask: number
beforeEach(() => {
  temp = tempFolder('files')
  umask = process.umask(0)
})
afterEach(() => {
  process.umask(umask)
  temp.remove()
})

const at = (name: string) => join(temp.path, name)
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('makePrivateFolder', () => {
  it('is private under any umask, and ignored by git', () => {
    makePrivateFolder(at('app/.tuix'))
    expect(mode(at('app/.tuix'))).toBe('700')
    expect(mode(at('app/.tuix/.gitignore'))).toBe('600')
    expect(readFileSync(at('app/.tuix/.gitignore'), 'utf8')).toBe('*\n')
  })

  it('makes an open folder private, and keeps its content', () => {
    mkdirSync(at('.tuix'), { mode: 0o777 })
    writeFileSync(at('.tuix/.gitignore'), 'mine')
    makePrivateFolder(at('.tuix'))
    expect(mode(at('.tuix'))).toBe('700')
    expect(readFileSync(at('.tuix/.gitignore'), 'utf8')).toBe('mine')
  })
})

describe.each([
  ['writeAtomic', (file: string, content: string) => writeAtomic(file, content, () => true)],
  ['writeAtomicSync', async (file: string, content: string) => writeAtomicSync(file, content)],
])('%s', (_, write) => {
  it('replaces the file, private under any umask, and leaves no temporary file', async () => {
    await write(at('state.json'), 'one')
    await write(at('state.json'), 'two')
    expect(readFileSync(at('state.json'), 'utf8')).toBe('two')
    expect(mode(at('state.json'))).toBe('600')
    expect(readdirSync(temp.path)).toEqual(['state.json'])
  })

  it('keeps the old content if it cannot write, and cleans up', async () => {
    mkdirSync(at('state.json'))
    await expect(write(at('state.json'), 'new')).rejects.toThrow()
    expect(readdirSync(temp.path)).toEqual(['state.json'])
    await expect(write(at('none/state.json'), 'new')).rejects.toThrow(/ENOENT/)
  })

  it('never shows a partial file to a reader', async () => {
    const contents = ['a', 'b'].map((letter) => letter.repeat(1_000_000))
    await write(at('state.json'), contents[0] ?? '')
    const writing = (async () => {
      for (let i = 1; i < 20; i++) await write(at('state.json'), contents[i % 2] ?? '')
    })()
    let done = false
    void writing.finally(() => {
      done = true
    })
    while (!done) {
      expect(contents).toContain(readFileSync(at('state.json'), 'utf8'))
      await new Promise(setImmediate)
    }
    await writing
  })
})

describe('an asynchronous write', () => {
  it('never undoes a synchronous write made meanwhile', async () => {
    let isWanted = true
    const late = writeAtomic(at('state.json'), 'late', () => isWanted)
    writeAtomicSync(at('state.json'), 'last')
    isWanted = false
    await late
    expect(readFileSync(at('state.json'), 'utf8')).toBe('last')
    expect(readdirSync(temp.path)).toEqual(['state.json'])
  })
})

describe('other files', () => {
  it('are set aside with their content', () => {
    writeFileSync(at('state.json'), 'broken')
    const aside = setAside(at('state.json'), 1234)
    expect(aside).toBe(at('state.json.corrupt-1234'))
    expect(readFileSync(aside, 'utf8')).toBe('broken')
    expect(existsSync(at('state.json'))).toBe(false)
  })

  it('of a killed writer are removed, and no others', () => {
    for (const name of ['state.json', 'state.json.0123abcd.tmp', 'lock-7-1.tmp']) writeFileSync(at(name), '')
    removeHalfWritten(temp.path)
    expect(readdirSync(temp.path)).toEqual(['state.json'])
  })

  it('are removed if they exist', () => {
    writeFileSync(at('file'), '')
    removeFile(at('file'))
    removeFile(at('file'))
    expect(existsSync(at('file'))).toBe(false)
  })
})

describe('whenMissing', () => {
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  /** How often it called. */
  function watch(...names: string[]): () => number {
    let calls = 0
    ends.push(whenMissing([temp.path], names.map(at), () => calls++))
    return () => calls
  }

  it('calls at once if a file is already missing, with or without the folder', () => {
    writeFileSync(at('here'), '')
    expect(watch('here')()).toBe(0)
    expect(watch('here', 'gone')()).toBe(1)
    rmSync(temp.path, { recursive: true })
    expect(watch('here')()).toBe(1)
  })

  it('calls once when one of them vanishes', async () => {
    for (const name of ['one', 'two']) writeFileSync(at(name), '')
    const calls = watch('one', 'two')
    rmSync(at('two'))
    await until(() => calls() === 1)
    rmSync(at('one'))
    writeFileSync(at('other'), '')
    // News of one watch come in order: a second watch that has seen this proves that the first would have.
    const later = watch('other')
    rmSync(at('other'))
    await until(() => later() === 1)
    expect(calls()).toBe(1)
  })

  it('calls when the whole folder vanishes', async () => {
    writeFileSync(at('one'), '')
    const calls = watch('one')
    rmSync(temp.path, { recursive: true })
    await until(() => calls() === 1)
  })

  it('does not look when a file is written to, such as a log in the project', async () => {
    for (const name of ['one', 'log', 'other.log']) writeFileSync(at(name), '')
    let looks = 0
    ends.push(
      whenMissing(
        [temp.path],
        [at('one')],
        () => {},
        () => ++looks > 0,
      ),
    )
    // In turn, since the system makes one piece of news of several of one file.
    for (let i = 0; i < 100; i++) for (const name of ['log', 'other.log']) appendFileSync(at(name), 'a line')
    const later = watch('one', 'other.log')
    rmSync(at('other.log'))
    await until(() => later() === 1)
    expect(looks).toBeLessThan(10)
  })

  it('does not call after it was ended', async () => {
    writeFileSync(at('one'), '')
    let calls = 0
    whenMissing([temp.path], [at('one')], () => calls++)()
    const other = watch('one')
    rmSync(at('one'))
    await until(() => other() === 1)
    expect(calls).toBe(0)
  })
})
