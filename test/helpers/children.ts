import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { livingPids, read } from './processes.ts'
import { executable, type Runtime } from './runtimes.ts'

/** Absolute path of a fixture child: in Perl, which starts in no time, if it needs nothing of a JavaScript runtime. */
export function fixture(name: string): string {
  const file = (extension: string) => fileURLToPath(new URL(`../fixtures/${name}.${extension}`, import.meta.url))
  return existsSync(file('pl')) ? file('pl') : file('mjs')
}

/** The program that runs a fixture child. */
export function interpreter(name: string, runtime?: Runtime): string {
  return fixture(name).endsWith('.pl') ? 'perl' : executable(runtime)
}

interface ChildOptions extends Partial<ProcessConfig> {
  /** Runtime of the child; default: the one that runs the tests. */
  runtime?: Runtime
}

/** A process that runs a fixture child. */
export function child(
  name: string,
  script: string,
  { runtime, args = [], ...config }: ChildOptions = {},
): ProcessConfig {
  return { name, command: interpreter(script, runtime), args: [fixture(script), ...args], ...config }
}

/** Living processes that run this fixture for the project in this folder. */
export function running(folder: string, script: string): number[] {
  return livingPids().filter(
    (pid) => read(`/proc/${pid}/cmdline`).includes(fixture(script)) && read(`/proc/${pid}/environ`).includes(folder),
  )
}

/** Living supervisor daemons of the project in this folder. */
export function daemons(folder: string): number[] {
  return livingPids().filter((pid) => {
    const commandLine = read(`/proc/${pid}/cmdline`).split('\0')
    return commandLine.some((part) => part.endsWith('/main.js')) && commandLine.includes(`${folder}/.tuix`)
  })
}
