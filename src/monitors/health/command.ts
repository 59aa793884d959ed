import { resolve } from 'node:path'
import type { ResolvedHealthCheck } from '../../model/config/health-check.ts'
import { checkId } from '../../model/tree/members.ts'
import { randomBytes } from '../../system/fs/random.ts'
import { type CommandEnd, runToEnd } from '../../system/process/run-to-end.ts'
import { ownRuntime } from '../../system/process/runtime.ts'
import type { Check, Finding, HealthDeps, HealthTarget } from './types.ts'

/** Reported lines of a failed check's output, and characters of each. */
const LINES = 20
const WIDTH = 500
/** A single line with the ending of a script file. */
const SCRIPT_FILE = /^\S.*\.[cm]?[jt]sx?$/

/**
 * A command that must exit with 0. It runs in the process's folder and environment, and is killed with its children
 * afterwards.
 */
export function commandCheck(
  check: Extract<ResolvedHealthCheck, { type: 'script' | 'exec' }>,
  { tree, cwd, env }: Pick<HealthTarget, 'tree' | 'cwd' | 'env'>,
  deps: HealthDeps,
): Check {
  return async (signal) => {
    // Anew for each check: the file of the runtime may be deleted meanwhile.
    const { program, args, extra } = check.type === 'exec' ? shell(check.command) : javaScript(check.script, cwd)
    const id = checkId(tree.id, randomBytes(4).toString('hex'))
    const end = await runToEnd({ program, args, cwd, env: { ...env, ...extra }, id }, signal, deps)
    const lines = lastLines(end.output)
    if (signal.aborted) return finding(false, lines)
    if (end.problem) return { ok: false, inconclusive: true, detail: `could not be run: ${end.problem}` }
    const ok = end.code === 0
    return finding(ok, ok ? ['exited with 0'] : [exitText(end), ...lines])
  }
}

const shell = (line: string) => ({ program: '/bin/sh', args: ['-c', line], extra: {} })

/** Runs on the supervisor's runtime. An app compiled by Bun contains it. */
function javaScript(script: string, cwd: string) {
  const isFile = SCRIPT_FILE.test(script)
  const flags = process.versions.bun ? ['-e'] : ['--input-type=module', '-e']
  return {
    program: ownRuntime(),
    args: isFile ? [resolve(cwd, script)] : [...flags, script],
    extra: process.versions.bun ? { BUN_BE_BUN: '1' } : {},
  }
}

const exitText = ({ code, signal }: CommandEnd) => (signal === null ? `exited with ${code}` : `killed by ${signal}`)

const finding = (ok: boolean, lines: string[]): Finding => ({ ok, detail: lines.join('\n') })

function lastLines(output: string): string[] {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(-LINES).map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line))
}
