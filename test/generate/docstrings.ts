import { type Docstring, interfaceOf } from './interfaces.ts'

/** What the docstrings of an interface say of its own members and of those it inherits, in their order; none: an empty text. */
export function docstringsOf(name: string): Map<string, Docstring> {
  const found = interfaceOf(name)
  if (!found) throw new Error(`there is no interface ${name}`)
  return new Map(
    found.members.map(({ key, text, default: byDefault }) => [
      key,
      { text, ...(byDefault !== undefined && { default: byDefault }) },
    ]),
  )
}
