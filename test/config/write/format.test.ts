import { describe, expect, it } from 'vitest'
import { defaultFileName, FORMATS, formatOf, isAppConfig, isCode } from '../../../src/config/write/format.ts'

describe('formats', () => {
  it('are told by the ending of a file', () => {
    for (const format of FORMATS) expect(formatOf(`/app/processes.${format}`)).toBe(format)
    for (const file of ['processes', 'a.json5', 'json', 'a.txt']) expect(formatOf(file)).toBeUndefined()
  })

  it('are code, or data', () => {
    expect(FORMATS.filter(isCode)).toEqual(['ts', 'js', 'mjs', 'cjs'])
  })

  it('have a default file name each', () => {
    expect(FORMATS.map(defaultFileName)).toEqual([
      'processes.json',
      'processes.jsonc',
      'processes.yaml',
      'processes.yml',
      'processes.toml',
      'tuix.config.ts',
      'tuix.config.js',
      'tuix.config.mjs',
      'tuix.config.cjs',
    ])
  })

  it('have the config of an app by its name', () => {
    expect(isAppConfig('/app/tuix.config.yaml')).toBe(true)
    for (const file of ['/app/processes.ts', '/tuix.config.d/a.ts', 'my.tuix.config.ts']) {
      expect(isAppConfig(file)).toBe(false)
    }
  })
})
