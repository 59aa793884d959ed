import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { preflight } from '../../../src/supervisor/actions/preflight.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { config } from '../../model/processes.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('preflight')
  writeFileSync(join(temp.path, 'tool'), '#!/bin/sh\n')
  chmodSync(join(temp.path, 'tool'), 0o755)
})
afterEach(() => temp.remove())

const check = (settings: Parameters<typeof config>[0], environment: Record<string, string> = {}) =>
  preflight(config({ cwd: temp.path, program: 'tool', ...settings }), environment)

describe('before anything is forked', () => {
  it('a program is found along the PATH of who starts it', () => {
    expect(() => check({}, { PATH: temp.path })).not.toThrow()
  })

  it('the PATH of the config counts more', () => {
    expect(() => check({ env: { PATH: temp.path } }, { PATH: '/none' })).not.toThrow()
    expect(() => check({ env: { PATH: '/none' } }, { PATH: temp.path })).toThrow(/looked in \/none/)
  })

  it('a program that is not there is refused with where it was looked for, each place once', () => {
    expect(() => check({ program: 'nope' }, { PATH: '/a:/b:/a' })).toThrow(
      'process `web`: command `nope` was not found (looked in /a, /b)',
    )
    expect(() => check({ program: './nope' })).toThrow(`looked in ${join(temp.path, 'nope')}`)
    expect(() => check({ program: '/usr/bin/env node' })).toThrow('options: those go into `args`')
  })

  it('a file that is not executable, or is not in PATH, is told from one that is not there', () => {
    const file = join(temp.path, 'a.mjs')
    writeFileSync(file, '')
    for (const settings of [{ program: './a.mjs' }, { program: 'a.mjs', env: { PATH: temp.path } }]) {
      expect(() => check(settings)).toThrow(
        `command \`${settings.program}\` is not executable: chmod +x ${file}, or name its \`interpreter\``,
      )
    }
    expect(() => check({ program: 'a.mjs' }, { PATH: '/a' })).toThrow(
      `(looked in /a); the one in ${temp.path} is ./a.mjs, or name its \`interpreter\``,
    )
  })

  it('of many folders that were looked in, the first are named', () => {
    expect(() => check({ program: 'nope' }, { PATH: '/a:/b:/c:/d:/e' })).toThrow(
      '(looked in /a, /b, /c and 2 more folders of PATH)',
    )
  })

  it('the place of the declaration leads the sentence', () => {
    expect(() => check({ program: 'nope', origin: 'processes.json: processes[2]' }, { PATH: '/a' })).toThrow(
      /^processes\.json: processes\[2\]: command `nope`/,
    )
  })

  it('a folder that is none is refused before the program', () => {
    for (const cwd of ['/no/such/folder', join(temp.path, 'tool')]) {
      expect(() => check({ cwd, program: 'nope' })).toThrow(`process \`web\`: cwd ${cwd} is not a folder`)
    }
  })

  it('both are mistakes of the config', () => {
    const codeOf = (settings: object) => {
      try {
        check(settings)
      } catch (error) {
        return (error as { code?: string }).code
      }
      return undefined
    }
    expect([codeOf({ cwd: '/no/such/folder' }), codeOf({ program: 'nope' })]).toEqual(['config', 'config'])
  })
})
