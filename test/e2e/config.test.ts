import { mkdirSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { type Project, tempProject } from '../helpers/project.ts'
import { type Finished, run } from '../helpers/running.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

const SAY = `const { A, B, PORT } = process.env
console.log(A, B, PORT, process.cwd())
setInterval(() => {}, 1000)`

let project: Project
afterEach(() => project.dispose())

/** `tuix-ps ARGS` in a folder of the project. */
function psIn(folder: string, env: Record<string, string>, ...args: string[]): Promise<Finished> {
  const cwd = project.file(folder)
  return run([`${REPOSITORY}/dist/tuix-ps.js`, ...args], { cwd, env: { HOME: project.path, ...env } }).finished
}

describe('a config', () => {
  it('in parts, with defaults, variables and profiles, works from a folder below', async () => {
    const command = JSON.stringify(process.execPath)
    project = tempProject({
      files: {
        'say.mjs': SAY,
        'shared/base.toml': `[defaults]
envFile = "base.env"
cwd = ".."
[processes.web]
command = ${command}
args = ["say.mjs"]
`,
        'shared/base.env': 'A=file\nB=file\n',
        'processes.yaml': `extends: shared/base.toml
processes:
  web: { env: { B: "\${GREETING}-\${A}" } }
profiles:
  other: { processes: { web: { env: { A: other, PORT: "\${NUMBER:-5}" } } } }
`,
      },
    })
    mkdirSync(project.file('deep/er'), { recursive: true })
    const below = (env: Record<string, string>, ...args: string[]) => psIn('deep/er', env, ...args)
    const said = (words: string) =>
      until(async () => (await below({}, 'logs', 'web', '--out', '--raw')).stdout.trimEnd().endsWith(words), {
        what: words,
      })

    const missing = await below({}, 'start', '--all')
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    const sentence = 'processes.yaml: `processes.web.env.B` needs the variable GREETING, which is not set'
    expect(missing.stderr).toContain(sentence)

    expect(await below({ GREETING: 'hi' }, 'start', '--all')).toMatchObject({ code: 0, stderr: '' })
    await said(`file hi-file undefined ${project.path}`)
    expect((await below({}, 'list', '--json')).json()).toMatchObject([{ name: 'web', status: 'running' }])

    expect(await below({ GREETING: 'yo' }, 'restart', 'web', '--profile', 'other')).toMatchObject({ code: 0 })
    await said(`other yo-file 5 ${project.path}`)
    for (const [env, ...args] of [
      [{}, 'stop', '--all', '--profile', 'othr'],
      [{ TUIX_PROFILE: 'othr' }, 'restart', '--all'],
    ] as const) {
      const refused = await below(env, ...args)
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toMatch(/no profile is named othr\b.*; did you mean other\?/)
    }
    expect((await below({}, 'list', '--json')).json()).toMatchObject([{ status: 'running' }])
    expect(await below({ TUIX_PROFILE: 'other' }, 'stop', 'web')).toMatchObject({ code: 0 })
  })

  it('is found in every format', async () => {
    project = tempProject()
    const formats: [file: string, text: string][] = [
      ['tuix.config.ts', 'export default { processManager: { processes: { web: { command: "x" as string } } } }'],
      ['tuix.config.cjs', 'module.exports = { processManager: { processes: [{ name: "web", command: "x" }] } }'],
      ['tuix.config.toml', '[processManager.processes.web]\ncommand = "x"\n'],
      ['processes.json', '{ "$schema": "x", "processes": { "web": { "command": "x" } } }'],
      ['processes.jsonc', '[{ "name": "web", "command": "x" }, /* all */]'],
      ['processes.yml', 'processes:\n  web:\n    command: x\n'],
      ['package.json', '{ "processManager": { "processes": { "web": { "command": "x" } } } }'],
    ]
    for (const [file, text] of formats) {
      project.write(file, text)
      const { code, stderr } = await project.ps('status', 'web')
      expect({ file, code, stderr }).toMatchObject({
        code: 3,
        stderr: expect.stringContaining(`declared in ${file}: `),
      })
      rmSync(project.file(file))
    }
  })
})

describe('an app', () => {
  it('may declare processes by name, with defaults and files of variables', async () => {
    project = tempProject({ files: { 'say.mjs': SAY, '.env': 'A=file\nB=file\n' } })
    const app = project.app(`
      import { createProcessManager } from 'tuix/process-manager'
      const manager = await createProcessManager({
        defaults: { envFile: '.env', autostart: true, env: { B: '\${B}' } },
        processes: { web: { command: process.execPath, args: ['say.mjs'] } },
      })
      console.log((await manager.list()).map(({ name, status }) => name + ' ' + status).join())
      for await (const { message } of manager.logLines('web', { lines: 100 })) {
        if (message.startsWith('file')) { console.log(message); break }
      }
      await manager.cleanup()
    `)
    const { stdout, stderr } = await app.finished
    expect(stderr).toBe('')
    expect(stdout).toBe(`web running\nfile \${B} undefined ${project.path}\n`)
  })
})
