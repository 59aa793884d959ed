import type { ResolvedProcess } from '../config/config.ts'
import type { ResolvedHealthCheck } from '../config/health-check.ts'
import type { ProcessTree } from '../tree/tree.ts'
import type { ProgramStatus } from '../views/program-status.ts'
import type { ProcessDetail, ProcessState } from '../views/state.ts'
import { isSecretName, MASK, mapValues, maskArguments, maskEnvironment, maskText, maskValue } from './mask.ts'

/** Masks the secrets in a state. */
export function maskState(state: ProcessState): ProcessState {
  const { command, program } = state
  return { ...state, command: maskText(command), program: program && maskProgram(program) }
}

function maskProgram(program: ProgramStatus): ProgramStatus {
  const { title, message } = program
  return { ...program, title: title && maskText(title), message: message && maskText(message) }
}

/** Masks the secrets in a detail. Its events and reasons were already masked when they were made. */
export function maskDetail(detail: ProcessDetail): ProcessDetail {
  const metrics = mapValues(detail.metrics, (name, value) =>
    typeof value === 'string' ? (isSecretName(name) ? MASK : maskText(value)) : value,
  )
  return { ...detail, ...maskState(detail), config: maskConfig(detail.config), metrics }
}

/** Masks the secrets in the command lines of a tree. */
export function maskTree(tree: ProcessTree): ProcessTree {
  const { members, holder } = tree
  return {
    ...tree,
    members: members.map((member) => ({ ...member, command: maskArguments(member.command) })),
    holder: holder && { ...holder, command: maskArguments(holder.command) },
  }
}

/** Masks the secrets in a config. */
export function maskConfig(config: ResolvedProcess): ResolvedProcess {
  const { command, program, args, env, healthCheck, hooks } = config
  return {
    ...config,
    command: maskText(command),
    args: maskArguments(args, program),
    env: maskEnvironment(env),
    healthCheck: healthCheck && maskHealthCheck(healthCheck),
    hooks: mapValues({ ...hooks }, (_, line: string) => maskText(line)),
  }
}

function maskHealthCheck(check: ResolvedHealthCheck): ResolvedHealthCheck {
  switch (check.type) {
    case 'http':
      return { ...check, url: maskText(check.url), headers: maskHeaders(check.headers) }
    case 'exec':
      return { ...check, command: maskText(check.command) }
    case 'script':
      return { ...check, script: maskText(check.script) }
    default:
      return check
  }
}

function maskHeaders(headers: Record<string, string>): Record<string, string> {
  return mapValues(headers, (name, value) => (isSecretName(name) ? MASK : maskValue(value)))
}
