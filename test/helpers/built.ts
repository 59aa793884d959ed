import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'rolldown/utils'
import { REPOSITORY } from './runtimes.ts'

/* What the built programs consist of. Older builds may lie beside them. */

const MODULES = 'node_modules/.cache/bundled-modules.json'

/** The modules in each file of the build, as the bundler told; a path may have a query. */
export function bundledModules(): Record<string, string[]> {
  return JSON.parse(readFileSync(join(REPOSITORY, MODULES), 'utf8'))
}

/** What a built file imports at once, and what it may import later. */
function importsOf(file: string): { atOnce: string[]; later: string[] } {
  const code = readFileSync(join(REPOSITORY, 'dist', file), 'utf8')
  const { module } = parseSync(file, code)
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap((each) => each.moduleRequest?.value ?? []),
  )
  return {
    atOnce: [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported],
    // What is computed is not known.
    later: module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      return /^["'`]([^"'`]+)["'`]$/.exec(code.slice(start, end))?.[1] ?? []
    }),
  }
}

const ownFile = (name: string) => (name.startsWith('./') ? [name.slice(2)] : [])

/** What a built program loads at once, by itself or with its own files: names of files and of packages, and parts of the runtime. */
export function loadedAtOnce(program: string): { files: string[]; packages: string[]; builtIns: string[] } {
  const files = new Set([program])
  const others = new Set<string>()
  for (const file of files) {
    for (const name of importsOf(file).atOnce) {
      if (name.startsWith('./')) files.add(name.slice(2))
      else others.add(name)
    }
  }
  const isBuiltIn = (name: string) => name.startsWith('node:')
  return {
    files: [...files],
    packages: [...others].filter((name) => !isBuiltIn(name)),
    builtIns: [...others].filter(isBuiltIn),
  }
}

/** Every file that a built program may come to load. */
export function loadable(program: string): string[] {
  const files = new Set([program])
  for (const file of files) {
    const { atOnce, later } = importsOf(file)
    for (const part of [...atOnce, ...later].flatMap(ownFile)) files.add(part)
  }
  return [...files]
}
