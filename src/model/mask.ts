/* Which names and texts are secrets', and what text is shown instead. Bounded patterns: output of any length goes through them. */

export const MASK = '••••'

/** Words that make a variable's or a flag's name a secret's, wherever they stand in it (`DBPASSWORD`, `authToken`). */
const SECRET_ANYWHERE = /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|APIKEY|PRIVATEKEY/
/** Words too short for that: only as a whole part, so that KEYBOARD, AUTHOR and COMPASS stay readable. */
const SECRET_PART = /(?:^|_)(?:PASS|PWD|PW|KEYS?|AUTH|AUTHORIZATION|DSN|COOKIES?|SALT|SIGNATURE|JWT|BEARER)(?:_|\d|$)/
/** Secrets that show by themselves: a PEM key, tokens with a known prefix, a JSON web token. */
const SECRET_VALUE = new RegExp(
  [
    '-----BEGIN [A-Z ]{0,40}PRIVATE KEY[\\s\\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)',
    '\\b(?:gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_(?:live|test)_|npm_|hf_|dckr_pat_)[\\w-]{8,}',
    '\\bsk-[\\w-]{16,}',
    '\\bA[KS]IA[0-9A-Z]{16}\\b',
    '\\bAIza[\\w-]{35}',
    '(?<![\\w-])eyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*',
  ].join('|'),
  'g',
)
/** The password of `scheme://user:password@host`. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}):([^\s/]{1,500})@/gi
/** `Authorization: Bearer abc`, and the scheme without its header. */
const AUTHORIZATION =
  /(\b(?:authorization|cookie|set-cookie): *)[^\r\n"']+|(\b(?:bearer|basic) +)(?=[a-z]{0,50}[\d.=_-])[\w.~+/=-]{6,}/gi
/** `NAME=value`, in a line of any kind: a URL's parameters, an assignment. Quotes belong to the value. */
const ASSIGNMENT = /(?<![\w.-])([\w.-]{1,100})=("[^"]*"|'[^']*'|[^\s&"']+)/g
/** `"name": "value"` of JSON. */
const JSON_PAIR = /(["'])([\w.-]{1,100})\1(\s{0,9}:\s{0,9})"(?:[^"\\]|\\.)*"/g
/** Words of a command line; what stands in quotes is one. */
const WORD = /\s+|(?:"[^"]*"|'[^']*'|\S)+/g

/** Whether a variable, flag or header of this name holds a secret. */
export function isSecretName(name: string): boolean {
  if (name === 'PWD' || name === 'OLDPWD') return false
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-.]/g, '_')
    .toUpperCase()
  return SECRET_ANYWHERE.test(words) || SECRET_PART.test(words)
}

/** A value without what looks like a secret in it, whatever its name. */
export function maskValue(value: string): string {
  return value.replace(SECRET_VALUE, MASK).replace(URL_PASSWORD, `$1:${MASK}@`)
}

/**
 * Any text for people, a command line, a line of output or a sentence, without what its look or the name before it tells to
 * be a secret. Spacing is kept.
 */
export function maskText(text: string): string {
  const parts = text.match(WORD) ?? []
  if (!parts.some((part) => /^[-"']/.test(part))) return maskPairs(text)
  const isSpace = (part: string) => part.trim() === ''
  const words = maskWords(parts.filter((part) => !isSpace(part))).values()
  return maskPairs(parts.map((part) => (isSpace(part) ? part : words.next().value)).join(''))
}

/** Arguments, where `--password x`, `--password=x` and `PASSWORD=x` hide their value. */
export function maskArguments(args: string[]): string[] {
  return maskWords(args).map((arg) => {
    const [, name] = /^(-*[\w.-]+)=./s.exec(arg) ?? []
    return name !== undefined && isSecretName(name) ? `${name}=${MASK}` : maskText(arg)
  })
}

export function maskEnvironment(env: Record<string, string>): Record<string, string> {
  return mapValues(env, (name, value) => (isSecretName(name) && value ? MASK : maskText(value)))
}

export function mapValues<Value, Result>(
  record: Record<string, Value>,
  change: (name: string, value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]))
}

/** Hides what follows a flag for a secret, and the password of `-u name:password`; also within words that are in quotes. */
function maskWords(words: string[]): string[] {
  return words.map((word, index) => {
    const before = words[index - 1] ?? ''
    if (before.startsWith('-') && !before.includes('=') && !word.startsWith('-') && isSecretName(before)) return MASK
    const user = before === '-u' || before === '--user' ? /^(["']?[^\d:][^:]*:)./.exec(word)?.[1] : undefined
    if (user !== undefined) return `${user}${MASK}`
    // Without the same quote inside, so that what is inside of that can have none: it is looked into twice at most.
    const inner = /^(?:"[^"]*"|'[^']*')$/.test(word) ? word.slice(1, -1) : ''
    return /\s/.test(inner) ? `${word[0]}${maskText(inner)}${word[0]}` : word
  })
}

/** Values that their names tell to be secret, and those that show by themselves. */
function maskPairs(text: string): string {
  return maskValue(text)
    .replace(AUTHORIZATION, (_, header?: string, scheme?: string) => `${header ?? scheme}${MASK}`)
    .replace(ASSIGNMENT, (whole, name: string) => (isSecretName(name) ? `${name}=${MASK}` : whole))
    .replace(JSON_PAIR, (whole, quote: string, name: string, colon: string) =>
      isSecretName(name) ? `${quote}${name}${quote}${colon}"${MASK}"` : whole,
    )
}
