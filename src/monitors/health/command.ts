import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { ResolvedHealthCheck } from '../../model/config.ts'
import { checkId } from '../../model/members.ts'
import { type CommandEnd, runToEnd } from '../../system/run-to-end.ts'
import type { Finding, HealthDeps, HealthTarget, Probe } from './probe.ts'

/** Lines of a failed check's output that are told, and characters of each. */
const LINES = 20
const WIDTH = 500
/** One line that ends like a script's name. */
const SCRIPT_FILE = /^\S.*\.[cm]?[jt]sx?$/

/** Healthy when a command exits with 0. It runs where and with what the process runs; nothing of it outlives the check. */
export function commandProbe(
  check: Extract<ResolvedHealthCheck, { type: 'script' | 'exec' }>,
  { tree, cwd, env }: Pick<HealthTarget, 'tree' | 'cwd' | 'env'>,
  deps: HealthDeps,
): Probe {
  const { program, args, extra } = check.type === 'exec' ? shell(check.command) : javaScript(check.script, cwd)
  return async (signal) => {
    const id = checkId(tree.id, randomBytes(4).toString('hex'))
    const end = await runToEnd({ program, args, cwd, env: { ...env, ...extra }, id }, signal, deps)
    const lines = lastLines(end.output)
    if (signal.aborted) return finding(false, lines)
    if (end.problem) return finding(false, [`could not be run: ${end.problem}`])
    const ok = end.code === 0
    return finding(ok, ok ? ['exited with 0'] : [how(end), ...lines])
  }
}

const shell = (line: string) => ({ program: '/bin/sh', args: ['-c', line], extra: {} })

/** On the supervisor's own runtime, which an app compiled by Bun carries in itself. */
function javaScript(script: string, cwd: string) {
  const isFile = SCRIPT_FILE.test(script)
  const flags = process.versions.bun ? ['-e'] : ['--input-type=module', '-e']
  return {
    program: process.execPath,
    args: isFile ? [resolve(cwd, script)] : [...flags, script],
    extra: process.versions.bun ? { BUN_BE_BUN: '1' } : {},
  }
}

const how = ({ code, signal }: CommandEnd) => (signal === null ? `exited with ${code}` : `killed by ${signal}`)

const finding = (ok: boolean, lines: string[]): Finding => ({ ok, detail: lines.join('\n') })

function lastLines(output: string): string[] {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(-LINES).map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line))
}
