import { basename } from 'node:path'

/** Supported file types of other tools. */
export type ImportKind = 'pm2' | 'procfile' | 'process-compose' | 'package'

/** Whether a JSON file may have comments and trailing commas, since PM2 reads its JSON as JavaScript. */
export function isLenientJson(file: string): boolean {
  return isPm2Name(basename(file)) && file.endsWith('.json')
}

/** Whether a file is a Procfile, by its name. */
export function isProcfile(file: string): boolean {
  return /^procfile(\.[\w.-]+)?$|\.procfile$/i.test(basename(file))
}

/** Type of a file with this parsed content; undefined for our own config and for unknown files. */
export function kindOf(file: string, content: unknown): ImportKind | undefined {
  const name = basename(file)
  if (isProcfile(file)) return 'procfile'
  if (name.startsWith('tuix.config.')) return undefined
  if (Array.isArray(content)) return isPm2Name(name) || content.some(isApp) ? 'pm2' : undefined
  if (typeof content !== 'object' || content === null || 'processManager' in content) return undefined
  if (name === 'package.json') return 'package'
  if ('apps' in content || isApp(content)) return 'pm2'
  if (!name.startsWith('processes.') && isProcessCompose(content)) return 'process-compose'
  if (isPm2Name(name)) return 'pm2'
  return /^process-compose\b/.test(name) ? 'process-compose' : undefined
}

const isPm2Name = (name: string): boolean => /^(ecosystem|pm2)\b/.test(name)

/** process-compose is recognised by `version`, `environment`, or keys with `_`, which our configs do not have. */
function isProcessCompose(content: object & { processes?: unknown }): boolean {
  const { processes } = content
  if (typeof processes !== 'object' || processes === null || Array.isArray(processes)) return false
  const settings = [content, ...Object.values(processes)].flatMap((each) => Object.keys(each ?? {}))
  return settings.some((key) => key === 'version' || key === 'environment' || key.includes('_'))
}

/** An app of PM2 has `script`, while our processes have `command`. */
function isApp(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'script' in entry && !('command' in entry)
}
