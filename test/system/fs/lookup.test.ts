import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findProgram, isFolder } from '../../../src/system/fs/lookup.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('lookup')
  for (const folder of ['a', 'b', 'cwd']) mkdirSync(join(temp.path, folder))
})
afterEach(() => temp.remove())

function program(path: string, mode = 0o755): string {
  const file = join(temp.path, path)
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, mode)
  return file
}
const at = (path: string) => join(temp.path, path)
const find = (name: string, path?: string) => findProgram(name, at('cwd'), path)

describe('findProgram', () => {
  it('finds the first executable file along PATH', () => {
    program('a/tool', 0o644)
    const tool = program('b/tool')
    expect(find('tool', `${at('a')}:${at('b')}`)).toEqual({ found: tool })
  })

  it('skips a folder of that name', () => {
    mkdirSync(at('a/tool'))
    const tool = program('b/tool')
    expect(find('tool', `${at('a')}:${at('b')}`)).toEqual({ found: tool })
  })

  it('follows a link, and skips a dangling one', () => {
    program('b/real')
    symlinkSync(at('b/real'), at('b/tool'))
    symlinkSync(at('b/none'), at('a/tool'))
    expect(find('tool', `${at('a')}:${at('b')}`)).toEqual({ found: at('b/tool') })
  })

  it('resolves relative and empty entries of PATH from the working directory of the process', () => {
    const tool = program('cwd/tool')
    mkdirSync(at('cwd/bin'))
    const other = program('cwd/bin/other')
    expect(find('tool', '')).toEqual({ found: tool })
    expect(find('other', 'bin')).toEqual({ found: other })
  })

  it('treats a name with a slash as a path relative to the working directory', () => {
    const tool = program('cwd/tool')
    expect(find('./tool', at('a'))).toEqual({ found: tool })
    expect(find(tool, undefined)).toEqual({ found: tool })
  })

  it('returns the places that it has searched', () => {
    expect(find('tool', `${at('a')}:${at('b')}`)).toEqual({ found: undefined, searched: [at('a'), at('b')] })
    expect(find('./tool', at('a'))).toEqual({ found: undefined, searched: [at('cwd/tool')] })
    expect(find('/no/such/tool', at('a'))).toEqual({ found: undefined, searched: ['/no/such/tool'] })
  })
})

describe('isFolder', () => {
  it('is true only for folders', () => {
    const file = program('a/tool')
    expect([at('a'), file, at('none')].map(isFolder)).toEqual([true, false, false])
  })
})
