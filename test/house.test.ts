import { describe, expect, it } from 'vitest'
import { importCycle, type SourceFile, sourceFile, sourceFiles } from './helpers/source.ts'

/** Who may import whom: a file in a folder may import files of that folder and of these. */
const MAY_IMPORT: Record<string, string[]> = {
  'src/model': [],
  'src/config': ['src/model'],
  'src/system': ['src/model'],
  'src/logs': ['src/model'],
  'src/monitors': ['src/model', 'src/system', 'src/logs'],
  'src/supervisor': ['src/model', 'src/system', 'src/logs', 'src/monitors'],
  'src/client': ['src/model', 'src/system'],
  'src/host': ['src/model', 'src/config', 'src/index.ts'],
  commands: ['src/index.ts'],
  plugin: ['commands', 'src/index.ts'],
}

/** Only these end the program or answer signals: a library that did so would take both from the app that uses it. */
const DOORS = ['src/daemon.ts', 'commands/bin.ts', 'commands/signals.ts', 'plugin/exit.ts']

/** Calculators: no I/O, no timer of their own, and time is passed in. */
const PURE_PACKAGES = ['croner']

const files = sourceFiles('src', 'commands', 'plugin')

function forbiddenImports(file: SourceFile): string[] {
  const folder = Object.keys(MAY_IMPORT).find((name) => file.path.startsWith(`${name}/`))
  if (!folder || DOORS.includes(file.path)) return []
  const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])]
  return file.imports
    .filter((path) => /^(src|commands|plugin)\//.test(path))
    .filter((path) => !allowed.some((name) => path === name || path.startsWith(`${name}/`)))
    .map((path) => `${file.path} imports ${path}`)
}

function impureWords(file: SourceFile): string[] {
  const words = [
    /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b/,
    /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\(/,
    // `process` alone is a word of the domain.
    /\bprocess\.(?:env|exit|exitCode|on|once|cwd|kill|platform|argv|stdout|stderr|hrtime|nextTick|versions|execPath)\b/,
  ]
  const found = words.flatMap((word) => word.exec(file.code)?.[0] ?? [])
  const outside = file.imports.filter((path) => !path.startsWith('src/model/') && !PURE_PACKAGES.includes(path))
  return [...found, ...outside].map((what) => `${file.path} has ${what}`)
}

function doorWords(file: SourceFile): string[] {
  if (DOORS.includes(file.path)) return []
  const found = /\bprocess\.exit\(|\bprocess\.(?:on|once|prependListener)\(\s*'SIG/.exec(file.code)
  return found ? [`${file.path} has ${found[0]}`] : []
}

describe('the house', () => {
  it('has its import directions', () => {
    expect(files.flatMap(forbiddenImports)).toEqual([])
  })

  it('has no import cycle', () => {
    expect(importCycle(files)).toEqual([])
  })

  it('has no I/O, clock, chance or timer in its rules', () => {
    const model = files.filter((file) => file.path.startsWith('src/model/'))
    expect(model.length).toBeGreaterThan(5)
    expect(model.flatMap(impureWords)).toEqual([])
  })

  it('ends the program and handles signals in its doors only', () => {
    expect(files.flatMap(doorWords)).toEqual([])
  })

  it('has small files', () => {
    expect(files.filter((file) => file.lines > 300).map((file) => `${file.path}: ${file.lines} lines`)).toEqual([])
  })
})

describe('the scanner', () => {
  const planted = (path: string, ...lines: string[]) => sourceFile(path, lines.join('\n'))

  it('sees every kind of import, but none in a comment', () => {
    const file = planted(
      'src/client/a.ts',
      'import { one,',
      "  two } from '../supervisor/one.ts'",
      "import type { T } from '../supervisor/types.ts'",
      "export * from './b.ts'",
      "import 'node:fs'",
      "const late = await import('../supervisor/late.ts')",
      "// import { no } from '../supervisor/comment.ts'",
      "/** import('../supervisor/doc.ts') */",
    )
    expect(file.imports.sort()).toEqual([
      'node:fs',
      'src/client/b.ts',
      'src/supervisor/late.ts',
      'src/supervisor/one.ts',
      'src/supervisor/types.ts',
    ])
    expect(forbiddenImports(file)).toHaveLength(3)
  })

  it('sees a cycle and names it', () => {
    const a = planted('src/model/a.ts', "import './b.ts'")
    const b = planted('src/model/b.ts', "import './c.ts'")
    const c = planted('src/model/c.ts', "import './b.ts'")
    expect(importCycle([a, b, c])).toEqual(['src/model/b.ts', 'src/model/c.ts', 'src/model/b.ts'])
  })

  it('sees impure rules and closed doors', () => {
    expect(impureWords(planted('src/model/a.ts', "import fs from 'node:fs'", 'x(Date.now())'))).toHaveLength(2)
    expect(impureWords(planted('src/model/a.ts', 'process.status = now // Date.now()'))).toEqual([])
    expect(doorWords(planted('src/supervisor/a.ts', "process.once('SIGTERM', stop)"))).toHaveLength(1)
    expect(doorWords(planted('src/daemon.ts', 'process.exit(1)'))).toEqual([])
  })
})
