import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const DIST = join(import.meta.dirname, '../../dist')
/** A static import or export of the built code. */
const STATIC = /^(?:import|export)\b[^;'"]*?\bfrom ?["']([^"']+)["']|^import ?["']([^"']+)["']/gm

const DYNAMIC = /\bimport\(["']\.\/([^"']+)["']\)/g

/** Every file that a built program may come to load; older builds may lie beside them. */
function loadable(program: string): string[] {
  const files = new Set([program])
  for (const file of files) {
    for (const part of loadedAtOnce(file).files) files.add(part)
    for (const [, part = ''] of readFileSync(join(DIST, file), 'utf8').matchAll(DYNAMIC)) files.add(part)
  }
  return [...files]
}

/** What a built program loads at once, by itself or with its own files. */
function loadedAtOnce(program: string): { files: string[]; packages: string[] } {
  const files = new Set([program])
  const packages = new Set<string>()
  for (const file of files) {
    for (const [, from, alone] of readFileSync(join(DIST, file), 'utf8').matchAll(STATIC)) {
      const name = from ?? alone ?? ''
      if (name.startsWith('./')) files.add(name.slice(2))
      else if (!name.startsWith('node:')) packages.add(name)
    }
  }
  return { files: [...files], packages: [...packages] }
}

describe('what few need', () => {
  it.each(['tuix-ps.js', 'main.js', 'index.js', 'plugin.js', 'config.js'])('is not loaded by %s at once', (program) => {
    const { files, packages } = loadedAtOnce(program)
    expect(packages.filter((name) => name !== 'signal-exit')).toEqual([])
    expect(
      files.filter((file) => /^(watch|chokidar|pidusage|web-service|scrape|collector|otlp-service)-/.test(file)),
    ).toEqual([])
  })

  it('is not loaded by a start with a config of its own: what reads those of other tools, and what MCP uses of zod', () => {
    const others = /config\/import\/pm2\/|zod\/v4\/core\/to-json-schema/
    const isForOthers = (file: string) => others.test(readFileSync(join(DIST, file), 'utf8'))
    const parts = loadable('tuix-ps.js')
    expect(parts.filter(isForOthers)).not.toEqual([])
    const forStarts = parts.filter((file) => file.startsWith('config-'))
    expect(forStarts).not.toEqual([])
    expect(forStarts.flatMap((file) => loadedAtOnce(file).files).filter(isForOthers)).toEqual([])
  })

  it('is a file of its own, and chokidar is not loaded by what watches files with the means of Linux', () => {
    const packagesOf = (name: string) => {
      const found = loadable('main.js').filter((file) => file.startsWith(`${name}-`))
      expect(found).not.toEqual([])
      return [...new Set(found.flatMap((file) => loadedAtOnce(file).packages))]
    }
    // What measures and reports is loaded by the first scrape, or by a config that asks for OTLP, and is no part of the web listener.
    expect(packagesOf('scrape')).toEqual([])
    expect(packagesOf('collector')).toEqual([])
    expect(packagesOf('otlp-service')).toEqual([])
    expect(packagesOf('watch')).toEqual([])
    expect(packagesOf('chokidar')).toEqual(['chokidar'])
    // That one is bundled.
    expect(packagesOf('pidusage')).toEqual([])
  })
})
