import { fileURLToPath } from 'node:url'
import type { ProcessConfig } from '../../src/model/config/config.ts'

/** Of this project: a link to the shell, which goes for a moment, and a folder that does. */
export const PROGRAM = 'bin/sh'
export const PLACE = 'place'

const NUMBERED = fileURLToPath(new URL('./children/numbered.sh', import.meta.url))

/** How a process behaves when it is wanted up. */
type Manner = 'stays' | 'ends' | 'completes'

/** A child that writes numbered lines; short delays, since what is tested is what follows, not the waiting. */
function numbered(args: string[], settings: Partial<ProcessConfig> = {}) {
  return (version: number, name: string): ProcessConfig => ({
    name,
    command: '/bin/sh',
    args: [NUMBERED, ...args],
    minUptime: 60,
    restartDelay: 20,
    maxRestarts: 1000,
    stopTimeout: 3000,
    env: { VERSION: String(version) },
    ...settings,
  })
}

const KINDS: Record<string, [Manner, ReturnType<typeof numbered>]> = {
  'steady-a': ['stays', numbered(['0.2', '1'])],
  'steady-b': ['stays', numbered(['0.5', '3'])],
  merged: ['stays', numbered(['0.3', '2', 'both'], { mergeLogs: true })],
  chatty: ['stays', numbered(['0.4', '3000'], { maxLogSize: 1, maxLogFiles: 500 })],
  stubborn: ['stays', numbered(['0.3', '1', 'stubborn'], { stopTimeout: 200 })],
  family: ['stays', numbered(['0.3', '1', 'family'], { stopTimeout: 200 })],
  pool: ['stays', numbered(['0.4', '1'], { instances: 2 })],
  dependent: ['stays', numbered(['0.3', '1'], { dependsOn: ['steady-a'] })],
  checked: ['stays', numbered(['0.3', '1'], { healthCheck: { type: 'exec', command: 'exec true', interval: 300 } })],
  linked: ['stays', numbered(['0.3', '1'], { command: `./${PROGRAM}` })],
  placed: ['stays', numbered(['0.3', '1'], { cwd: PLACE })],
  flaky: ['ends', numbered(['0.2', '1', '3=1'])],
  crashy: ['ends', numbered(['0.05', '1', '2=3'], { maxRestarts: 3 })],
  scheduled: ['ends', numbered(['0.05', '1', '2=0'], { schedule: '*/3 * * * * *' })],
  oneshot: ['completes', numbered(['0.05', '1', '4=0'], { autorestart: 'on-failure' })],
}

/** Names as declared, in order. */
export const NAMES: readonly string[] = Object.keys(KINDS)

/** Those that are declared where the disk is small, on which a process that fills it by itself is of no use, and elsewhere. */
export function namesOn(small: boolean): string[] {
  return NAMES.filter((name) => !small || name !== 'chatty')
}

/** What is written as the config file. */
export function declaration(versions: ReadonlyMap<string, number>): ProcessConfig[] {
  return Object.entries(KINDS).map(([name, [, config]]) => config(versions.get(name) ?? 1, name))
}

/** The declared name of a process; it may be one of several instances. */
export function declaredName(name: string): string {
  return name.startsWith('pool') ? 'pool' : name
}

export function mannerOf(name: string): Manner {
  return KINDS[declaredName(name)]?.[0] ?? 'stays'
}
