import { ProcessManagerError } from '../src/index.ts'

/** Whether a word has characters that no name of a process has. */
export const isGlob = (word: string): boolean => /[*?[\]{}()!]/.test(word)

/**
 * Names as typed, each glob (`web-*`, `{web,db}`, `!db`) replaced by the known names that it matches. `known` is only asked
 * where there is a glob. Throws `unknown-process` for one that matches nothing.
 */
export async function expandNames(words: string[], known: () => string[] | Promise<string[]>): Promise<string[]> {
  if (!words.some(isGlob)) return words
  const { default: picomatch } = await import('picomatch')
  const names = [...new Set(await known())]
  const found = words.flatMap((word) => {
    if (!isGlob(word)) return [word]
    const matches = picomatch(word)
    const matching = names.filter((name) => matches(name))
    if (matching.length === 0) throw nothingMatches(word, names)
    return matching
  })
  return [...new Set(found)]
}

function nothingMatches(glob: string, names: string[]): ProcessManagerError {
  const have = names.length === 0 ? 'there is none yet' : `there is ${names.join(', ')}`
  return new ProcessManagerError('unknown-process', `no process matches ${glob}; ${have}`)
}
