import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

const SENTENCE = 'processes cannot be managed on Windows itself; run this inside WSL, the Windows Subsystem for Linux'

const APP = `import { createProcessManager, defineConfig, ProcessManagerPlugin, runCLI, runDaemon } from 'tuix'
const commands = {
  hello: { handler: () => 'hello' },
  library: {
    handler: () => createProcessManager().then(() => 'no error', ({ name, code, message }) => [name, code, message].join(', ')),
  },
  daemon: { handler: () => runDaemon('.tuix').catch(({ code }) => code) },
}
await runCLI(defineConfig({ name: 'app', plugins: [ProcessManagerPlugin()], commands }))
`

let project: Project
beforeEach(() => {
  project = tempProject({
    config: [{ name: 'web', command: 'sleep 1000' }],
    files: {
      'windows.mjs': "Object.defineProperty(process, 'platform', { value: 'win32' })\n",
      'app.mjs': APP,
    },
  })
  project.install()
})
afterEach(() => project.dispose())

/** A program that takes its system for Windows. */
function onWindows(...args: string[]) {
  return project.run(['--import', project.file('windows.mjs'), ...args]).finished
}

describe('on Windows', () => {
  it.each(['list', 'start --all', 'start web --json', '--help', 'no-such-command', '__supervisor .tuix'])(
    'tuix-ps %s ends with one sentence',
    async (line) => {
      const { code, stdout, stderr } = await onWindows(join(REPOSITORY, 'dist/tuix-ps.js'), ...line.split(' '))
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `error: ${SENTENCE}\n` })
      expect(existsSync(project.file('.tuix'))).toBe(false)
    },
  )

  it('the commands of an app end with the same sentence, and its own commands work', async () => {
    const { code, stderr } = await onWindows('app.mjs', 'ps', 'list')
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${SENTENCE}\n` })
    expect(await onWindows('app.mjs', 'hello')).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' })
  })

  it('the library rejects with it', async () => {
    const { stdout } = await onWindows('app.mjs', 'library')
    expect(stdout).toBe(`ProcessManagerError, unsupported, ${SENTENCE}\n`)
    expect((await onWindows('app.mjs', 'daemon')).stdout).toBe('unsupported\n')
  })
})
