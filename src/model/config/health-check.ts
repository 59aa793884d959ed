import type { Time } from './units.ts'

/** Every setting of a health check, whatever its type. */
export interface HealthCheckSettings {
  /** Kind of check. */
  type: 'output' | 'http' | 'tcp' | 'script' | 'exec'
  /**
   * For `output`: text on stdout or stderr of the current run that means healthy. A RegExp matches at most 16,384
   * characters and may span lines; its `^` and `$` match at the ends of every line.
   */
  outputPattern?: string | RegExp
  /** For `output`: require the pattern again within every `interval`, not only once. Default false. */
  repeat?: boolean
  /**
   * For `http`. A path such as `/health`, and `${PORT}` in an address, mean the process's own `port`. Redirects are not
   * followed. The certificate of a loopback address is not verified.
   */
  url?: string
  /** For `http`. Default GET. */
  method?: 'GET' | 'POST' | 'HEAD'
  /** For `http`: status codes that mean healthy. Default 200 to 399. */
  expectedStatus?: number | number[]
  /** For `http`: request headers. */
  headers?: Record<string, string>
  /** For `tcp`. Default localhost. */
  host?: string
  /** For `tcp`. The process's own `port` if it is absent. */
  port?: number
  /**
   * For `script`: JavaScript with top-level await, or the path of a script file relative to the process's `cwd` (a
   * single line that ends in `.js`, `.ts`, `.mjs` or the like). It runs on the supervisor's runtime. Exit code 0 means
   * healthy.
   */
  script?: string
  /** For `exec`: command line for /bin/sh. Exit code 0 means healthy. */
  command?: string
  /** Time between checks in ms. Checks are more frequent while the process starts. Default 30000. */
  interval?: Time
  /** Time limit of one check in ms. Default 5000. */
  timeout?: Time
  /** Consecutive failures after which the process is unhealthy; 0 means 1. Default 3. */
  retries?: number
  /** Grace period after the start in ms. Failures in it do not count. Default 0. */
  startPeriod?: Time
}

/** A health check: the settings of its type, and when it runs. */
export type HealthCheckConfig =
  | CheckOf<'output', 'outputPattern' | 'repeat'>
  | CheckOf<'http', 'url' | 'method' | 'expectedStatus' | 'headers'>
  | CheckOf<'tcp', 'host' | 'port'>
  | CheckOf<'script', 'script'>
  | CheckOf<'exec', 'command'>

type CheckOf<Type extends HealthCheckSettings['type'], Own extends keyof HealthCheckSettings> = { type: Type } & Pick<
  HealthCheckSettings,
  Own | keyof HealthRules
>

/** A RegExp in the form that JSON can hold. */
export interface PatternSource {
  source: string
  flags: string
}

/** How often a health check runs and when its failures count. All times in ms. */
export interface HealthRules {
  interval: number
  timeout: number
  retries: number
  startPeriod: number
}

/** A health check with every default applied. */
export type ResolvedHealthCheck = HealthRules &
  (
    | { type: 'output'; outputPattern: string | PatternSource; repeat: boolean }
    | {
        type: 'http'
        /** As `addressOf` reads it. */
        url: string
        method: 'GET' | 'POST' | 'HEAD'
        /** Empty means 200 to 399. */
        expectedStatus: number[]
        headers: Record<string, string>
      }
    | { type: 'tcp'; host: string /** Null: the process's own. */; port: number | null }
    | { type: 'script'; script: string }
    | { type: 'exec'; command: string }
  )

/** A pattern as people write it: `"ready"`, `/listening on \d+/i`. */
export function patternText(pattern: string | PatternSource): string {
  return typeof pattern === 'string' ? JSON.stringify(pattern) : `/${pattern.source}/${pattern.flags}`
}

/** The variable with the process's own port. */
const PORT = /\$\{PORT(?::-[^}]*)?\}/g

/** Whether a url means the process's own port. */
export function hasOwnPort(url: string): boolean {
  return url.startsWith('/') || url.search(PORT) >= 0
}

/** The address that a url means. A path is one of the process itself. Undefined if it is no address. */
export function addressOf(url: string, port: string | number): URL | undefined {
  const text = url.replace(PORT, String(port))
  const address = text.startsWith('/') ? `http://localhost:${port}${text}` : text
  return URL.canParse(address) ? new URL(address) : undefined
}
