import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launcherText, readLauncher } from '../../../src/model/boot/launcher.ts'
import { executable, runtimeUnderTest } from '../../helpers/runtimes.ts'
import { tempFolder } from '../../helpers/temp.ts'

let folder: ReturnType<typeof tempFolder>

beforeEach(() => {
  folder = tempFolder('launcher')
  // The usual folders may have a runtime.
  mkdirSync(at('tools'))
  for (const tool of ['tail', 'sleep', 'timeout']) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
    if (found !== '') symlinkSync(found, at('tools', tool))
  }
})

afterEach(() => folder.remove())

const at = (...parts: string[]) => join(folder.path, ...parts)

/** A link to the real runtime, under any name. */
function runtimeAt(path: string): string {
  mkdirSync(join(path, '..'), { recursive: true })
  symlinkSync(executable(), path)
  return path
}

function program(name: string, text = 'console.log(process.argv.slice(2).join("|"))'): string {
  writeFileSync(at(name), `${text}\n`)
  return at(name)
}

/** Runs the script of a launcher as an init system does: with few variables. */
function launch(text: string, env: Record<string, string> = {}) {
  // The wait is for the init system, which would try again at once.
  writeFileSync(at('boot.sh'), text.replace('sleep 10', 'sleep 0'))
  const { status, stdout, stderr } = spawnSync('/bin/sh', [at('boot.sh')], {
    env: { PATH: at('tools'), HOME: folder.path, SHELL: '/bin/sh', ...env },
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

const ARGS = ['supervisor', 'run', "it's", '50% $HOME "x"', '--tuix-dir', '/a b']

describe('the launcher', () => {
  it('runs the program on the first runtime that works, with its arguments as they are', () => {
    const text = launcherText({
      folder: '/srv/a\nb',
      runtimes: [at('gone/node'), runtimeAt(at("it's", runtimeUnderTest))],
      program: program("app it's.mjs"),
      args: ARGS,
    })
    expect(launch(text)).toEqual({ code: 0, stdout: `${ARGS.join('|')}\n`, stderr: '' })
    expect(readLauncher(text)).toEqual({
      runtimes: [at('gone/node'), at("it's", runtimeUnderTest)],
      program: at("app it's.mjs"),
    })
  })

  it('passes over what is there but does not run, or is too old', () => {
    mkdirSync(at('bin'))
    writeFileSync(at('bin/broken'), 'no program')
    writeFileSync(at('bin/old'), '#!/bin/sh\nexit 1\n')
    for (const name of ['bin/broken', 'bin/old']) chmodSync(at(name), 0o755)
    const runtimes = [at('bin/broken'), at('bin/old'), runtimeAt(at('good', runtimeUnderTest))]
    const text = launcherText({ folder: '/srv', runtimes, program: program('app.mjs'), args: ['a'] })
    expect(launch(text)).toEqual({ code: 0, stdout: 'a\n', stderr: '' })
  })

  it('takes the other runtime on the PATH, and adds its folder to that of the processes', () => {
    runtimeAt(at('other', runtimeUnderTest === 'node' ? 'bun' : 'node'))
    const runtimes = [at('gone', runtimeUnderTest)]
    const app = program('app.mjs', 'console.log(process.env.PATH)')
    const text = launcherText({ folder: '/srv', runtimes, program: app, args: [] })
    const { code, stdout } = launch(text, { PATH: `${at('other')}:${at('tools')}` })
    expect([code, stdout]).toEqual([0, `${at('other')}:${at('tools')}:${at('other')}\n`])
  })

  it('asks a login shell for the runtime and for the program, as version managers put both on its PATH', () => {
    runtimeAt(at('versions/bin', runtimeUnderTest))
    copyFileSync(program('app.mjs', 'console.log("found", process.env.PATH)'), at('versions/bin/tuix-ps'))
    chmodSync(at('versions/bin/tuix-ps'), 0o755)
    writeFileSync(at('.profile'), `echo noise; PATH=${at('versions/bin')}:/usr/bin:/bin\n`)
    const runtimes = [at('gone', runtimeUnderTest)]
    const text = launcherText({ folder: '/srv', runtimes, program: at('gone/app.mjs'), args: [] })
    const { code, stdout, stderr } = launch(text, { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' })
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `found ${at('versions/bin')}:/usr/bin:/bin:${at('versions/bin')}\n`,
      stderr: '',
    })
  })

  it('says in a sentence that there is none', () => {
    const text = launcherText({ folder: '/srv', runtimes: ['/gone/bun'], program: program('app.mjs'), args: [] })
    expect(launch(text, { SHELL: '/bin/false' })).toEqual({
      code: 69,
      stdout: '',
      stderr: `neither bun nor node runs ${at('app.mjs')}: install it again, then run \`boot enable\` in this project\n`,
    })
  })

  it('of a compiled app runs the app itself', () => {
    const [good, gone] = [at('app'), at('gone')]
    writeFileSync(good, '#!/bin/sh\necho "$@"\n')
    chmodSync(good, 0o755)
    const text = (app: string) => launcherText({ folder: '/srv', runtimes: [app], program: null, args: ['ps', 'x'] })
    expect(launch(text(good))).toEqual({ code: 0, stdout: 'ps x\n', stderr: '' })
    expect(launch(text(gone))).toMatchObject({ code: 69, stderr: expect.stringContaining(`${gone} is gone`) })
    expect(readLauncher(text(good))).toEqual({ runtimes: [good], program: null })
    rmSync(good)
  })

  it('is not read from a script of somebody else', () => {
    expect(readLauncher('')).toBeNull()
    expect(readLauncher('#!/bin/sh\nexec node\n')).toBeNull()
  })
})
