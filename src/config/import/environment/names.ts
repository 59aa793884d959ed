const NAME = '[A-Za-z_]\\w*'
const MEMBER = new RegExp(`\\benv\\s*(?:\\?\\.|\\.)\\s*(${NAME})`, 'g')
const INDEX = new RegExp(`\\benv\\s*(?:\\?\\.)?\\[\\s*['"\`](${NAME})['"\`]\\s*\\]`, 'g')
const DESTRUCTURED = /\{([^{}]*)\}\s*=\s*(?:[\w.]+\.)?env\b/g

/** Variables whose change would break the module itself, such as programs that it runs. */
const NEEDED = new Set(['PATH', 'NODE_OPTIONS', 'NODE_PATH', '_'])

/**
 * Names of variables that the text of a module may read: those that it reads for sure, and every word that is the name
 * of a variable.
 */
export function variablesReadIn(text: string, environment: Record<string, string | undefined>): string[] {
  const words = (text.match(new RegExp(NAME, 'g')) ?? []).filter(
    (word) => Object.hasOwn(environment, word) && environment[word] !== undefined,
  )
  const read = [...text.matchAll(MEMBER), ...text.matchAll(INDEX)].map(([, name = '']) => name)
  const taken = [...text.matchAll(DESTRUCTURED)].flatMap(([, list = '']) =>
    list.split(',').map((part) => /^\s*(\w+)/.exec(part)?.[1] ?? ''),
  )
  return [...new Set([...words, ...read, ...taken])].filter((name) => name !== '' && !NEEDED.has(name))
}
