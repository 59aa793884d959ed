import { basename, extname } from 'node:path'

/** Ways to write a config; each is the ending of the file. */
export const FORMATS = ['json', 'jsonc', 'yaml', 'yml', 'toml', 'ts', 'js', 'mjs', 'cjs'] as const
export type Format = (typeof FORMATS)[number]

export function isCode(format: Format): boolean {
  return format === 'ts' || format === 'js' || format === 'mjs' || format === 'cjs'
}

/** By the file's ending; undefined: no config ends so. */
export function formatOf(file: string): Format | undefined {
  return FORMATS.find((format) => extname(file) === `.${format}`)
}

/** Whether a file of this name keeps the config under `processManager`. */
export function isAppConfig(file: string): boolean {
  return basename(file).startsWith('tuix.config.')
}

/** The name that commands look for. */
export function usualName(format: Format): string {
  return isCode(format) ? `tuix.config.${format}` : `processes.${format}`
}
