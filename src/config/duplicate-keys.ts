/** A token of JSON with comments that matters for keys: a string, a comment, or a brace, bracket, colon or comma. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\]:,]/g

export interface DuplicateKey {
  key: string
  /** Where it occurs for the second time. */
  offset: number
}

/** The first key that an object has twice in a valid text of JSON, of which parsers keep the last value only. */
export function duplicateKey(text: string): DuplicateKey | undefined {
  /** The keys so far of each open object; null for a list. */
  const open: (Set<string> | null)[] = []
  let last: { text: string; offset: number } | undefined
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token.startsWith('/')) continue
    const keys = open.at(-1)
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':' && keys && last) {
      const key = JSON.parse(last.text) as string
      if (keys.has(key)) return { key, offset: last.offset }
      keys.add(key)
    }
    last = token.startsWith('"') ? { text: token, offset: index } : undefined
  }
  return undefined
}
