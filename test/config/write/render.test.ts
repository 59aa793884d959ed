// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in configs look like that.
import { describe, expect, it } from 'vitest'
import { Placeholders } from '../../../src/config/placeholders.ts'
import { type Draft, type RenderOptions, render } from '../../../src/config/write/render.ts'
import type { ProcessConfig } from '../../../src/model/config/config.ts'

const WEB: ProcessConfig = { name: 'web', command: 'run' }

/** The text of a config of this process. */
function rendered(options: Partial<RenderOptions>, draft: Draft = { processes: [WEB] }): Promise<string> {
  return render(draft, { format: 'json', wrapped: false, heading: [], ...options })
}

const placeholders = new Placeholders()
const HOST = placeholders.add({ name: 'HOST', fallback: '' })
const ROOT = placeholders.add({ name: 'ROOT' })

const parsed = async (process: ProcessConfig) =>
  JSON.parse(await rendered({ placeholders, environment: { ROOT: '/srv' } }, { processes: [WEB, process] }))
    .processes[1]

const LINES = { heading: ['From x.', ''], ending: ['More:'] }

describe('a config as data', () => {
  it.each([
    ['json', '{\n  "processes": [\n    {\n      "name": "web",\n      "command": "run"\n    }\n  ]\n}\n'],
    ['yaml', '# From x.\n#\n\nprocesses:\n  - name: web\n    command: run\n# More:\n'],
    ['yml', '# From x.\n#\n\nprocesses:\n  - name: web\n    command: run\n# More:\n'],
    ['toml', '# From x.\n#\n\n[[processes]]\nname = "web"\ncommand = "run"\n\n# More:\n'],
  ] as const)('as %s', async (format, text) => {
    const found = await rendered({ format, ...LINES })
    expect(found.replace(/\n+# More/, '\n# More')).toBe(text.replace(/\n+# More/, '\n# More'))
  })

  it('as jsonc has comments, too', async () => {
    const json = await rendered({})
    expect(await rendered({ format: 'jsonc', ...LINES })).toBe(`// From x.\n//\n\n${json}\n// More:\n`)
    expect(await rendered({ format: 'jsonc' })).toBe(json)
  })

  it('is below a key where an app keeps it there, right after its heading', async () => {
    expect(JSON.parse(await rendered({ wrapped: true }))).toEqual({ processManager: { processes: [WEB] } })
    expect(await rendered({ format: 'yaml', heading: ['From x.'] })).toMatch(/^# From x\.\n\nprocesses:\n/)
    expect(await rendered({ format: 'yaml', wrapped: true, heading: ['From x.'] })).toMatch(
      /^# From x\.\nprocessManager:\n {2}processes:\n/,
    )
  })

  it('has what profiles put over it', async () => {
    const profiles = { production: { processes: { web: { env: { A: '1' } } } } }
    expect(JSON.parse(await rendered({}, { processes: [WEB], profiles }))).toEqual({
      processes: [WEB],
      profiles,
    })
  })

  it('has variables by name, and escapes what only looks like one', async () => {
    const process = {
      ...WEB,
      name: 'api',
      args: ['${A}', '$B', `${ROOT}/c`],
      cwd: ROOT,
      env: { URL: `x://${HOST}/${ROOT}` },
    }
    expect(await parsed(process)).toEqual({
      ...process,
      args: ['$${A}', '$B', '${ROOT}/c'],
      cwd: '${ROOT}',
      env: { URL: 'x://${HOST:-}/${ROOT}' },
    })
    // After a `$` it would be the escape.
    expect(await parsed({ ...WEB, args: [`$${ROOT}`] })).toMatchObject({ args: ['$/srv'] })
  })

  it('leaves what a shell reads, or is a pattern', async () => {
    const hooks = { onCrash: 'echo ${A}' }
    const checks = [
      { type: 'exec', command: '${A}' },
      { type: 'script', script: '${A}' },
      { type: 'output', outputPattern: '${A}' },
    ] as const
    for (const healthCheck of checks) {
      const process = { ...WEB, name: 'api', hooks, healthCheck }
      expect(await parsed(process)).toEqual(process)
    }
    const http = { type: 'http', url: 'x://${A}', headers: { command_: '${A}', a_command: '${A}' } } as const
    expect(await parsed({ ...WEB, name: 'api', healthCheck: http })).toMatchObject({
      healthCheck: { url: 'x://$${A}', headers: { command_: '$${A}', a_command: '$${A}' } },
    })
    // The same key elsewhere.
    expect((await parsed({ ...WEB, name: 'api', command: '${A}' })).command).toBe('$${A}')
  })

  it('leaves variables to a shell, and gives a pattern their values', async () => {
    const check = (healthCheck: NonNullable<ProcessConfig['healthCheck']>) =>
      parsed({ ...WEB, name: 'api', healthCheck })
    expect(await check({ type: 'exec', command: `cd ${ROOT} && ping ${HOST}` })).toMatchObject({
      healthCheck: { command: 'cd ${ROOT} && ping ${HOST:-}' },
    })
    expect(await check({ type: 'output', outputPattern: `in ${ROOT}` })).toMatchObject({
      healthCheck: { outputPattern: 'in /srv' },
    })
  })

  it('keeps what is no text', async () => {
    const process = { ...WEB, name: 'api', watch: true, maxMemory: 5, stopExitCodes: [0, 1], schedule: null as never }
    expect(await parsed(process)).toEqual(process)
  })
})

describe('a config as code', () => {
  const list = "{\n  processes: [{ name: 'web', command: 'run' }],\n}"
  const app = "{\n  processManager: { processes: [{ name: 'web', command: 'run' }] },\n}"
  const like = async (options: Partial<RenderOptions>, expected: string) =>
    expect(await rendered(options)).toBe(expected)

  it('exports it', async () => {
    await like({ format: 'ts' }, `export default ${list}\n`)
    await like({ format: 'cjs' }, `module.exports = ${list}\n`)
    await like({ format: 'mjs', packageName: 'pkg' }, `export default ${list}\n`)
    await like({ format: 'js', ...LINES }, `// From x.\n//\nexport default ${list}\n\n// More:\n`)
  })

  it('of an app is typed by the package where that is installed, and in a comment where it is not', async () => {
    const comment = "/** @type {import('tuix-process-manager/config').AppConfig} */"
    await like({ format: 'ts', wrapped: true }, `${comment}\nexport default ${app}\n`)
    await like({ format: 'cjs', wrapped: true }, `${comment}\nmodule.exports = ${app}\n`)
    await like(
      { format: 'ts', wrapped: true, packageName: 'pkg' },
      `import { defineConfig } from 'pkg/config'\n\nexport default defineConfig(${app})\n`,
    )
    await like(
      { format: 'cjs', wrapped: true, packageName: 'pkg' },
      `const { defineConfig } = require('pkg/config')\n\nmodule.exports = defineConfig(${app})\n`,
    )
  })

  it('takes variables from the environment, wherever it stands', async () => {
    const processes = [{ ...WEB, env: { URL: `x://${HOST}`, LIT: '${A}' } }]
    for (const wrapped of [false, true]) {
      expect(await rendered({ format: 'ts', wrapped, placeholders }, { processes })).toContain(
        "env: { URL: `x://${process.env.HOST || ''}`, LIT: '${A}' }",
      )
    }
  })
})
