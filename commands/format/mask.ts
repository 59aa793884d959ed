import type { ProcessTree, ResolvedProcess } from '../../src/index.ts'

export const MASK = '••••'

/** Words that make a variable's or a flag's name a secret's, wherever they stand in it (`DBPASSWORD`, `authToken`). */
const SECRET_ANYWHERE = /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|APIKEY|PRIVATEKEY/
/** Words too short for that: only as a whole part, so that KEYBOARD, AUTHOR and COMPASS stay readable. */
const SECRET_PART = /(?:^|_)(?:PASS|KEYS?|AUTH|DSN|COOKIE|SALT|SIGNATURE|JWT)(?:_|\d|$)/
/** Secrets that show by themselves: a PEM key, tokens with a known prefix, a JSON web token. */
const SECRET_VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:gh[opsu]_|github_pat_|glpat-|xox[abp]-|sk-|sk_live_|npm_)\w{8,}|\bAKIA[0-9A-Z]{16}\b|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/
/** The password of `scheme://user:password@host`. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]*@/gi

/** Whether a variable or flag of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-.]/g, '_')
    .toUpperCase()
  return SECRET_ANYWHERE.test(words) || SECRET_PART.test(words)
}

/** A value without what looks like a secret in it. */
export function maskValue(value: string): string {
  return SECRET_VALUE.test(value) ? MASK : value.replace(URL_PASSWORD, `$1:${MASK}@`)
}

export function maskEnvironment(env: Record<string, string>): Record<string, string> {
  const masked = Object.entries(env).map(([name, value]) => [
    name,
    isSecretName(name) && value ? MASK : maskValue(value),
  ])
  return Object.fromEntries(masked)
}

/** Arguments, where `--password x`, `--password=x` and `PASSWORD=x` hide their value. */
export function maskArguments(args: string[]): string[] {
  return args.map((arg, index) => {
    const before = args[index - 1]
    if (before?.startsWith('-') && !before.includes('=') && !arg.startsWith('-') && isSecretName(before)) return MASK
    const [, name] = /^(-*[\w.-]+)=./s.exec(arg) ?? []
    return name !== undefined && isSecretName(name) ? `${name}=${MASK}` : maskValue(arg)
  })
}

/** The same for a command line in one string; spacing is kept. */
export function maskCommand(command: string): string {
  const parts = command.split(/(\s+)/)
  const words = maskArguments(parts.filter((_, index) => index % 2 === 0))
  return parts.map((part, index) => (index % 2 === 0 ? words[index / 2] : part)).join('')
}

/** A state, or a detail, as it may be shown to anyone. */
export function maskState<T extends { command: string; config?: ResolvedProcess }>(state: T): T {
  const { command, config } = state
  return { ...state, command: maskCommand(command), ...(config && { config: maskConfig(config) }) }
}

/** A tree with its command lines as they may be shown to anyone. */
export function maskTree(tree: ProcessTree): ProcessTree {
  const { members, holder } = tree
  return {
    ...tree,
    members: members.map((member) => ({ ...member, command: maskArguments(member.command) })),
    holder: holder && { ...holder, command: maskArguments(holder.command) },
  }
}

function maskConfig(config: ResolvedProcess): ResolvedProcess {
  const { command, args, env, healthCheck, hooks } = config
  return {
    ...config,
    command: maskCommand(command),
    args: maskArguments(args),
    env: maskEnvironment(env),
    healthCheck: healthCheck && maskHealthCheck(healthCheck),
    hooks: Object.fromEntries(Object.entries(hooks).map(([hook, line]) => [hook, maskCommand(line)])),
  }
}

function maskHealthCheck(check: NonNullable<ResolvedProcess['healthCheck']>): ResolvedProcess['healthCheck'] {
  switch (check.type) {
    case 'http':
      return { ...check, url: maskUrl(check.url), headers: maskHeaders(check.headers) }
    case 'exec':
      return { ...check, command: maskCommand(check.command) }
    default:
      return check
  }
}

function maskHeaders(headers: Record<string, string>): Record<string, string> {
  const isSecret = (name: string) => /^(?:proxy-)?authorization$/i.test(name) || isSecretName(name)
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecret(name) ? MASK : maskValue(value)]),
  )
}

/** Also the values of parameters that are named like a secret. */
function maskUrl(url: string): string {
  return maskValue(url).replace(/([?&]([^=&#]+)=)[^&#]+/g, (whole, before: string, name: string) =>
    isSecretName(name) ? before + MASK : whole,
  )
}
