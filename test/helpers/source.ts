import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { REPOSITORY } from './runtimes.ts'

/** A source file of the program: path from the repository's root, and its code without comments. */
export interface SourceFile {
  path: string
  code: string
  lines: number
  /** What it imports, types too: paths from the root for files, else names of packages and built-ins. */
  imports: string[]
}

/** Every TypeScript file below these folders. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return sourceFile(relative(REPOSITORY, path), readFileSync(path, 'utf8'))
      }),
  )
}

/** Formatting is enforced, so that line-anchored patterns are enough: no parser is needed. */
export function sourceFile(path: string, text: string): SourceFile {
  const code = text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/(^|\s)\/\/ .*$/gm, '$1')
  const patterns = [
    /^(?:import|export)\b[^'"]*?\bfrom '([^']+)'/gm,
    /^import '([^']+)'/gm,
    /\bimport\(\s*'([^']+)'\s*\)/g,
  ]
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''))
  const imports = found.map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name))
  return { path, code, lines: text.split('\n').length - 1, imports: [...new Set(imports)] }
}

/** The first import cycle found, as the paths along it; empty if there is none. */
export function importCycle(files: SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const visit = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return []
    for (const next of byPath.get(path)?.imports ?? []) {
      const cycle = visit(next, [...trail, path])
      if (cycle.length > 0) return cycle
    }
    done.add(path)
    return []
  }
  return files.map((file) => visit(file.path, [])).find((cycle) => cycle.length > 0) ?? []
}
