import { basename, extname } from 'node:path'

/** Formats of config files, by the ending of the file. */
export const FORMATS = ['json', 'jsonc', 'yaml', 'yml', 'toml', 'ts', 'js', 'mjs', 'cjs'] as const
export type Format = (typeof FORMATS)[number]

export function isCode(format: Format): boolean {
  return format === 'ts' || format === 'js' || format === 'mjs' || format === 'cjs'
}

/** The format of a file by its ending; undefined if it is none. */
export function formatOf(file: string): Format | undefined {
  return FORMATS.find((format) => extname(file) === `.${format}`)
}

/** Whether a file of this name keeps the config under `processManager`. */
export function isAppConfig(file: string): boolean {
  return basename(file).startsWith('tuix.config.')
}

/** Name of a config file of this format that commands find. */
export function defaultFileName(format: Format): string {
  return isCode(format) ? `tuix.config.${format}` : `processes.${format}`
}
