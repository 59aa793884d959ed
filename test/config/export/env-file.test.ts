// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in env files look like that.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { envFileUse } from '../../../src/config/export/env-file.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

function use(text: string) {
  const path = join(folder.path, '.env')
  writeFileSync(path, text)
  return envFileUse(path)
}

describe('an env file', () => {
  it.each(['A=1\n# a comment\n\nB=two words\nC=\nURL=http://x/?a=b&c=d\n', 'A=1'])('is plain: %j', (text) => {
    expect(use(text).isPlain).toBe(true)
  })

  it.each([
    'A="1"',
    "A='1'",
    'A=$B',
    'A=${B}',
    'export A=1',
    'A=1 # comment',
    'A= 1',
    'A=1 ',
    'A: 1',
    'A=1\r\n',
    'A=\\n',
    'A',
  ])('is read differently by others: %j', (text) => {
    expect(use(text).isPlain).toBe(false)
  })

  it('has the variables as the config has them', () => {
    expect(use('A="1"\nB=2\n').variables).toEqual({ A: '1', B: '2' })
  })
})
