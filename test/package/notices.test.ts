import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundledModules } from '../helpers/built.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { sourceFiles } from '../helpers/source.ts'

const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8')
const notices = read('THIRD_PARTY_NOTICES').split(/\n={80}\n/)

/** What is said of a package; empty: nothing. */
function noticeOf(name: string): string {
  return notices.find((notice) => notice.trimStart().startsWith(`${name} `)) ?? ''
}

const modules = Object.values(bundledModules()).flat()

function packageOf(path: string): string | undefined {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
}

/** Packages that the sources import, and that are not installed beside this one: they must be in the build. */
function importedPackages(): string[] {
  const { name: own, dependencies, peerDependencies } = JSON.parse(read('package.json'))
  const elsewhere = [own, ...Object.keys(dependencies), ...Object.keys(peerDependencies), 'effect']
  const names = sourceFiles('src', 'commands', 'plugin', 'web')
    .flatMap(({ imports }) => imports)
    .filter((name) => !/^(?:node:|bun|src\/|commands\/|plugin\/|web\/|package\.json)/.test(name))
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
  return [...new Set(names)].filter((name) => !elsewhere.includes(name))
}

describe('the notices of third parties', () => {
  it('have the license of every package that the sources import', () => {
    const imported = importedPackages()
    expect(imported).toEqual(expect.arrayContaining(['cac', 'croner', 'dotenv', 'preact', 'uplot', 'zod']))
    expect(imported.filter((name) => !/copyright/i.test(noticeOf(name)))).toEqual([])
  })

  it('have the license of every package with code in the build', () => {
    const bundled = [...new Set(modules.map(packageOf))].filter((name) => name !== undefined)
    expect(bundled).toEqual(expect.arrayContaining(['cac', 'cli-table3', 'zod']))
    expect(bundled.filter((name) => !/copyright/i.test(noticeOf(name)))).toEqual([])
  })

  it('have the licenses of what such a package has bundled itself', () => {
    const inside = modules.flatMap((path) => /confbox\/.*\/libs\/([^/]+)\.mjs$/.exec(path)?.[1] ?? [])
    expect(inside.sort()).toEqual(['detect-indent', 'js-yaml', 'jsonc-parser', 'smol-toml'])
    expect(inside.filter((name) => !noticeOf('confbox').includes(`## ${name}\n`))).toEqual([])
  })

  it('name the version that is installed', () => {
    for (const name of importedPackages()) {
      const { version } = JSON.parse(read(`node_modules/${name}/package.json`))
      expect(noticeOf(name)).toContain(`${name} ${version} (`)
    }
  })

  it('have the license of the helpers that the bundler adds', () => {
    expect(noticeOf('rolldown')).toMatch(/copyright/i)
  })
})
