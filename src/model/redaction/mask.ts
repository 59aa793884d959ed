/* Recognises secrets by name and by shape, and masks them. All patterns are bounded, since they run over output of any length. */

export const MASK = '••••'

/** Words that mark the name of a variable or flag as secret anywhere in the name (`DBPASSWORD`, `authToken`). */
const SECRET_ANYWHERE = /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|APIKEY|PRIVATEKEY/
/** Words that mark a name only as a whole part, because they are short: KEYBOARD, AUTHOR and COMPASS stay readable. */
const SECRET_PART = /(?:^|_)(?:PASS|PWD|PW|KEYS?|AUTH|AUTHORIZATION|DSN|COOKIES?|SALT|SIGNATURE|JWT|BEARER)(?:_|\d|$)/
/** Secrets recognisable by shape: a PEM key, tokens with a known prefix, a JSON web token. */
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
export const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}):([^\s/]{1,500})@/gi
/** The address of a webhook, by which everybody who knows it may write. */
const WEBHOOK =
  /(\bhttps:\/\/(?:hooks\.slack\.com\/\w{1,20}|(?:\w{1,10}\.)?discord(?:app)?\.com\/api\/webhooks|[\w.-]{0,60}\.webhook\.office\.com\/\w{1,20}|api\.telegram\.org\/bot))[^\s"']{1,300}/gi
/** `Authorization: Bearer abc`, or the scheme without the header name. */
const AUTHORIZATION =
  /(\b(?:authorization|cookie|set-cookie): *)[^\r\n"']+|(\b(?:bearer|basic) +)(?=[a-z]{0,50}[\d.=_-])[\w.~+/=-]{6,}/gi
/** `NAME=value` in any line: a URL parameter, an assignment. Quotes are part of the value. */
const ASSIGNMENT = /(?<![\w.-])([\w.-]{1,100})=("[^"]*"|'[^']*'|[^\s&"']+)/g
/** `Server=db;Password=a b;`, where a value may have blanks. The first one only where another follows. */
const SEGMENT = /(;|=)([\w.-]{1,100})(\s?=\s?)([^;"'\r\n]{0,500})(?=;|["']|$|[\r\n])/gm
/** `x-api-key: value` up to the end of a quote or line; `--api-key:value`. */
const HEADER = /(?<![\w.-])([a-z]\w{0,50}[-_][\w-]{1,50}): {1,9}[^\s"'][^"'\r\n]{0,500}/gi
const COLON_VALUE =
  /(?<![\w.-])((?:-{1,2}|\/)[\w.-]{1,100}|pass|\w{0,50}(?:password|passwd|secret|token)):(?!\/\/)[^\s"'&,;:]{1,500}/gi
/** `"name": "value"` in JSON. */
const JSON_PAIR = /(["'])([\w.-]{1,100})\1(\s{0,9}:\s{0,9})"(?:[^"\\]|\\.)*"/g
/** Words of a command line, with quoted text as one word. */
const WORD = /\s+|(?:"[^"]*"|'[^']*'|\S)+/g

/** Whether a variable, flag or header of this name holds a secret. */
export function isSecretName(name: string): boolean {
  if (name === 'PWD') return false
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-.]/g, '_')
    .toUpperCase()
  return SECRET_ANYWHERE.test(words) || SECRET_PART.test(words)
}

/** Masks secrets that are recognisable by shape. */
export function maskValue(value: string): string {
  return value.replace(SECRET_VALUE, MASK).replace(WEBHOOK, `$1${MASK}`).replace(URL_PASSWORD, `$1:${MASK}@`)
}

/**
 * Masks secrets in any text: a command line, a line of output, a sentence. A secret is recognised by its shape or by
 * the name before it. Spacing is kept.
 */
export function maskText(text: string): string {
  const parts = text.match(WORD) ?? []
  if (!parts.some((part) => /^-|["']/.test(part))) return maskPairs(text)
  const isSpace = (part: string) => part.trim() === ''
  const words = maskWords(parts.filter((part) => !isSpace(part))).values()
  return maskPairs(parts.map((part) => (isSpace(part) ? part : words.next().value)).join(''))
}

/**
 * Masks secrets in arguments, also the values of `--password x`, `--password=x` and `PASSWORD=x`.
 *
 * @param program whose arguments they are, if it is not among them
 */
export function maskArguments(args: string[], program = ''): string[] {
  return maskWords(args, program).map((arg) => {
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

/** Programs with short flags for passwords: `before` stands before it, `attached` at its beginning. */
const PASSWORD_FLAGS: { of: RegExp; before?: string; attached?: string }[] = [
  { of: /(?:^|\/)(?:mysql|mariadb)[\w-]*$/, attached: '-p' },
  { of: /(?:^|\/)sshpass$/, before: '-p', attached: '-p' },
  { of: /(?:^|\/)(?:redis|valkey)-cli$/, before: '-a' },
]

const QUOTED = /"[^"]*"|'[^']*'/g

/** Masks the word after a secret flag, and the password in `-u name:password`. Quoted words are searched too. */
function maskWords(words: string[], given = ''): string[] {
  let program = given
  return words.map((word, index) => {
    const before = words[index - 1] ?? ''
    if (PASSWORD_FLAGS.some(({ of }) => of.test(word))) program = word
    const flags = PASSWORD_FLAGS.find(({ of }) => of.test(program))
    if (flags?.before === before && before !== '' && !word.startsWith('-')) return MASK
    if (flags?.attached && word.startsWith(flags.attached) && word !== flags.attached) return `${flags.attached}${MASK}`
    if (before.startsWith('-') && !before.includes('=') && !word.startsWith('-') && isSecretName(before)) return MASK
    const user = before === '-u' || before === '--user' ? /^(["']?[^\d:][^:]*:)./.exec(word)?.[1] : undefined
    if (user !== undefined) return `${user}${MASK}`
    // The inner text cannot contain the same quote, so the recursion ends after two levels.
    return word.replace(QUOTED, (quoted) => {
      const inner = quoted.slice(1, -1)
      return /\s/.test(inner) ? `${quoted[0]}${maskText(inner)}${quoted[0]}` : quoted
    })
  })
}

/** Masks values that are secret by their name or by their shape. */
function maskPairs(text: string): string {
  return maskValue(text)
    .replace(AUTHORIZATION, (_, header?: string, scheme?: string) => `${header ?? scheme}${MASK}`)
    .replace(SEGMENT, (whole, before: string, name: string, equals: string, value: string, at: number) => {
      // `MODE=TOKEN=x` is no list of values.
      const isList = before === ';' || text[at + whole.length] === ';'
      return isList && isSecretName(name) && value ? `${before}${name}${equals}${MASK}` : whole
    })
    .replace(HEADER, (whole, name: string) => (isSecretName(name) ? `${name}: ${MASK}` : whole))
    .replace(COLON_VALUE, (whole, name: string) => (isSecretName(name) ? `${name}:${MASK}` : whole))
    .replace(ASSIGNMENT, (whole, name: string) => (isSecretName(name) ? `${name}=${MASK}` : whole))
    .replace(JSON_PAIR, (whole, quote: string, name: string, colon: string) =>
      isSecretName(name) ? `${quote}${name}${quote}${colon}"${MASK}"` : whole,
    )
}
