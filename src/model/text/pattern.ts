/** A regular expression as text: `/source/flags`. */
export function patternText({ source, flags }: RegExp): string {
  return `/${source}/${flags}`
}

/** The regular expression of such a text; undefined: it is none. */
export function patternOf(text: string): RegExp | undefined {
  const [, source, flags] = /^\/([\s\S]+)\/([a-z]*)$/.exec(text) ?? []
  try {
    return source === undefined ? undefined : new RegExp(source, flags)
  } catch {
    return undefined
  }
}
