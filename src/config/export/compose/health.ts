import { basename } from 'node:path'
import type { HealthRules } from '../../../model/config/health-check.ts'
import { duration } from '../containers.ts'
import { checkOf, type ExportedCheck, healthCommandOf } from '../health.ts'
import { curlLine } from '../shell.ts'
import type { ExportContext, ExportedProcess } from '../types.ts'
import { literal } from './references.ts'

export interface ComposeHealth {
  test: string[]
  interval: string
  timeout: string
  retries: number
  start_period: string
}

const DEFAULTS: HealthRules = { interval: 30_000, timeout: 5000, retries: 3, startPeriod: 0 }

/** The health check of a service, which runs inside of its container. */
export function healthOf(process: ExportedProcess, context: ExportContext): ComposeHealth | undefined {
  const { config } = process
  const healthCommand = healthCommandOf(process, context.notes)
  const test = healthCommand === undefined ? testOfCheck(process, context) : commandTest(healthCommand)
  if (!test) return undefined
  const { interval, timeout, retries } = config.healthCheck ?? DEFAULTS
  return {
    test: test.map(literal),
    interval: duration(interval),
    timeout: duration(timeout),
    retries: Math.max(1, retries),
    // Until then failures do not count, and the first success ends it, as here.
    start_period: duration(config.startTimeout),
  }
}

function commandTest(command: string | string[]): string[] {
  return typeof command === 'string' ? ['CMD-SHELL', command] : ['CMD', ...command]
}

function testOfCheck(process: ExportedProcess, { notes }: ExportContext): string[] | undefined {
  const found = checkOf(process, notes)
  if (!found) return undefined
  const runtime = scriptRuntime(process)
  const needs = (program: string) =>
    notes.add(process.name, 'healthCheck', `needs \`${program}\` in the image, or a \`deploy.healthCommand\``)
  if (found.type === 'exec') return ['CMD-SHELL', found.command]
  if (runtime !== undefined) return ['CMD', runtime, '-e', scriptOf(found)]
  needs(found.type === 'http' ? 'curl' : 'nc')
  if (found.type === 'tcp') return ['CMD', 'nc', '-z', found.host, String(found.port)]
  return ['CMD-SHELL', `${curlLine(found)} || exit 1`]
}

/** A runtime that is in the image for sure, since the process runs on it. Images seldom have `curl`. */
function scriptRuntime({ program }: ExportedProcess): string | undefined {
  const name = basename(program)
  if (name === 'bun' || name === 'bunx') return 'bun'
  return /^(?:node|npm|npx|yarn|pnpm)$/.test(name) ? 'node' : undefined
}

/** Ends a script with a code in parentheses. */
const EXIT = 'process.exit'

function scriptOf(found: Exclude<ExportedCheck, { type: 'exec' }>): string {
  if (found.type === 'tcp') {
    const address = `${found.port}, ${JSON.stringify(found.host)}`
    return `require('net').connect(${address}).on('connect', () => ${EXIT}(0)).on('error', () => ${EXIT}(1))`
  }
  const { method, headers, expectedStatus } = found.check
  const options = {
    redirect: 'manual',
    ...(method !== 'GET' && { method }),
    ...(Object.keys(headers).length > 0 && { headers }),
  }
  const isHealthy =
    expectedStatus.length > 0 ? `${JSON.stringify(expectedStatus)}.includes(r.status)` : 'r.status < 400'
  const request = `fetch(${JSON.stringify(found.url.href)}, ${JSON.stringify(options)})`
  return `${request}.then((r) => ${EXIT}(${isHealthy} ? 0 : 1), () => ${EXIT}(1))`
}
