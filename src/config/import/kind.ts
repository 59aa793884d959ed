import { basename } from 'node:path'

/** Files of other tools that are understood. */
export type ImportKind = 'pm2' | 'procfile' | 'process-compose' | 'package'

/** PM2 reads its JSON as JavaScript: comments and last commas are no mistake there. */
export function isLenientJson(file: string): boolean {
  return isPm2Name(basename(file)) && file.endsWith('.json')
}

/** What a file is by its name alone: the content of a Procfile is no data. */
export function isProcfile(file: string): boolean {
  return /^procfile(\.[\w.-]+)?$|\.procfile$/i.test(basename(file))
}

/** Undefined: it is a config of our own, or nothing that is known. `content` is what the file holds. */
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

/** Its settings and those of its processes have names with `_`, or say which `version` of its language they are in; ours do not. */
function isProcessCompose(content: object & { processes?: unknown }): boolean {
  const { processes } = content
  if (typeof processes !== 'object' || processes === null || Array.isArray(processes)) return false
  const settings = [content, ...Object.values(processes)].flatMap((each) => Object.keys(each ?? {}))
  return settings.some((key) => key === 'version' || key === 'environment' || key.includes('_'))
}

/** An app of PM2 has a script, a process of ours a command. */
function isApp(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'script' in entry && !('command' in entry)
}
