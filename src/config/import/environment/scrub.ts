import { mapTexts, type Placeholders } from '../../placeholders.ts'

type Environment = Record<string, string | undefined>

/** Variables that say where a command runs, and not what a program needs. */
const OF_THE_SHELL = new Set(['_', 'PWD', 'OLDPWD', 'INIT_CWD', 'SHLVL'])
/** Lengths at which a whole text, or a part of it, is taken for the value of a variable. */
const WHOLE = 6
const PART = 8

/**
 * Replaces values of the environment in texts that do not stand in the file itself: those that it gets from elsewhere,
 * such as a module that it loads, or `~`.
 */
export function withoutValues<T>(
  settings: T,
  { environment, text, placeholders }: { environment: Environment; text: string; placeholders: Placeholders },
): T {
  const values = Object.entries(environment)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && !OF_THE_SHELL.has(entry[0]))
    .filter(([, value]) => value.length >= WHOLE && !text.includes(value))
    .sort(([, one], [, other]) => other.length - one.length)
  const nameOf = (value: string, key: string | undefined): string | undefined => {
    const same = values.filter(([, each]) => each === value).map(([name]) => name)
    return same.find((name) => name === key) ?? same[0]
  }
  const scrubbed = (part: string, key: string | undefined): string => {
    const whole = nameOf(part, key)
    if (whole !== undefined) return placeholders.add({ name: whole })
    const [name, value] = values.find(([, each]) => each.length >= PART && part.includes(each)) ?? []
    if (name === undefined || value === undefined) return withHome(part)
    return part
      .split(value)
      .map((rest) => scrubbed(rest, undefined))
      .join(placeholders.add({ name }))
  }
  const { HOME = '' } = environment
  /** A home folder may be short, such as /root. */
  const withHome = (part: string): string =>
    HOME.length > 1 && !text.includes(HOME) && part.startsWith(`${HOME}/`)
      ? placeholders.add({ name: 'HOME' }) + part.slice(HOME.length)
      : part
  return mapTexts(settings, (value, path) => {
    if (path.length === 1 && (path[0] === 'name' || path[0] === 'group')) return value
    return placeholders
      .parts(value)
      .map((part) => (typeof part === 'string' ? scrubbed(part, path.at(-1)) : placeholders.add(part)))
      .join('')
  })
}
