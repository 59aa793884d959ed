import type { ResolvedProcess } from './config.ts'
import { isRecord } from './shape.ts'

/** Settings that do not affect a run: they say which process it is and where it was declared. */
const IDENTITY_SETTINGS: ReadonlySet<string> = new Set(['name', 'instanceOf', 'instances', 'origin', 'source'])

/** A setting in which two configs differ. */
export interface SettingChange {
  /** `['env', 'PORT']` */
  keys: string[]
  before: unknown
  after: unknown
}

/**
 * Paths of the settings in which a running process differs from its declaration: `env.PORT`, `command`, `healthCheck.url`.
 * Empty means that a restart would change nothing. Values are left out, since some are secrets.
 */
export function driftOf(running: ResolvedProcess, declared: ResolvedProcess): string[] {
  return changesOf(running, declared).map(({ keys }) => keys.join('.'))
}

/** The same with the values, secrets included. */
export function changesOf(before: ResolvedProcess, after: ResolvedProcess): SettingChange[] {
  const all = changesIn(runSettings(before), runSettings(after), [])
  const isSetting = (name: string) => (change: SettingChange) => change.keys.join('.') === name
  // A command line that changed changes `program` and `args` too, but the user wrote one setting.
  const changes = withoutRepeats(all)
  if (changes.some(isSetting('command')))
    return changes.filter((change) => !isSetting('program')(change) && !isSetting('args')(change))
  return changes.map((change) => (isSetting('program')(change) ? { ...change, keys: ['interpreter'] } : change))
}

/** Without what follows from another setting: the main one of `ports`, the preference of `port`, and the list of references. */
function withoutRepeats(changes: SettingChange[]): SettingChange[] {
  const isNamed = changes.some(({ keys }) => keys[0] === 'ports')
  return changes.flatMap((change) => {
    const [key = ''] = change.keys
    if (key === 'references' || (isNamed && /^p(?:ort|referredPort)$/.test(key))) return []
    return key === 'preferredPort' ? [{ ...change, keys: ['port'] }] : [change]
  })
}

function runSettings(config: ResolvedProcess): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !IDENTITY_SETTINGS.has(key)))
}

function changesIn(one: Record<string, unknown>, other: Record<string, unknown>, base: string[]): SettingChange[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return names.flatMap((name) => {
    const [before, after] = [one[name], other[name]]
    const keys = [...base, name]
    if (isRecord(before) && isRecord(after)) return changesIn(before, after, keys)
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ keys, before, after }]
  })
}
