import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvFile } from '../../src/config/env-file.ts'
import { loadConfig } from '../../src/config/load.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

function read(content: string | Buffer) {
  writeFileSync(join(folder.path, '.env'), content)
  return readEnvFile('.env', { path: 'p.envFile', folder: folder.path, variables: false })
}

describe('a file with variables', () => {
  it.each([
    ['A=1\n\n# note\nexport B = "x # y"\nC: 3\nD="two\nlines"\nE=\'#\'\n', []],
    ['EMPTYEXP\nA=1\nÄ=x\n', ['.env line 1 sets no variable', '.env line 3 sets no variable']],
    ['A=123#4 # note\nB=1 # note\n', ['.env line 1: A ends before `#`; put its value in quotes']],
  ])('is told of lines without the effect that they seem to have: %j', (text, notes) => {
    const found = read(text).notes
    expect(found).toHaveLength(notes.length)
    notes.forEach((note, index) => {
      expect(found[index]).toContain(note)
    })
  })

  it('is refused if it is not in UTF-8', () => {
    expect(() => read(Buffer.from('\ufeffA=1\n', 'utf16le'))).toThrow(
      '`p.envFile` names .env, which is not a text in UTF-8',
    )
  })

  it('is told of once, as a note of the config', async () => {
    read('EMPTYEXP\n')
    const processes = { a: { command: 'x' }, b: { command: 'x' } }
    writeFileSync(join(folder.path, 'processes.json'), JSON.stringify({ defaults: { envFile: '.env' }, processes }))
    expect((await loadConfig({ cwd: folder.path })).notes).toEqual([
      '.env line 1 sets no variable: it must be NAME=value',
    ])
  })
})
