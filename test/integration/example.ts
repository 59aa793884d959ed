import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { REPOSITORY, runtimeUnderTest } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'
import { blockNamed } from '../spec/blocks.ts'

/** What takes the place of a part of the printed example: ports, paths, and times that a test cannot wait for. */
export type Changes = Record<string, string>

/** A temp project with the files of a folder of `examples/` in it. */
export function projectWith(folder: string): Project {
  const project = tempProject()
  cpSync(join(REPOSITORY, 'examples', folder), project.path, { recursive: true })
  return project
}

/**
 * Runs an example of the documentation as an app in the project, as printed but for the changes and, where the text before
 * it did that, the creation of the manager. Resolves when everything in it has started.
 */
export async function runExample(
  project: Project,
  part: string,
  changes: Changes,
  env: Record<string, string> = {},
): Promise<Running> {
  const source = `${complete(changed(blockNamed(part).code, changes))}\nconsole.log('all started')\n`
  const { code } = await transform(source, { loader: 'ts', format: 'esm' })
  const app = project.app(code, { env, timeoutMs: 120_000 })
  await until(() => app.stdout().includes('all started') || app.stderr() !== '', {
    what: `everything in ${part} to start on ${runtimeUnderTest}`,
    timeoutMs: 40_000,
  })
  if (app.stderr() !== '') throw new Error(`${part}: ${app.stderr()}`)
  return app
}

/** Fails for a change that has nothing to change: the example is another one by now. */
function changed(code: string, changes: Changes): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the example does not contain ${from}`)
    return text.replaceAll(from, to)
  }, code)
}

function complete(code: string): string {
  const create = code.includes('const manager =') ? '' : 'const manager = await createProcessManager()\n'
  const load = /import \{ createProcessManager \}/.test(code)
    ? ''
    : `import { createProcessManager } from 'tuix/process-manager'\n`
  return load + create + code
}
