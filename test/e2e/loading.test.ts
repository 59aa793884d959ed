import { describe, expect, it } from 'vitest'
import { bundledModules, loadable, loadedAtOnce } from '../helpers/built.ts'

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
    const modules = bundledModules()
    const isForOthers = (file: string) => modules[file]?.some((module) => others.test(module)) ?? false
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
