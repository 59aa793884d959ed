import type { ResolvedHealthCheck, ResolvedProcess } from './config.ts'
import { isSecretName, MASK, mapValues, maskArguments, maskEnvironment, maskText, maskValue } from './mask.ts'
import type { ProcessDetail, ProcessState } from './state.ts'
import type { ProcessTree } from './tree.ts'

/** A state as it may be shown to anyone. */
export function maskState(state: ProcessState): ProcessState {
  return { ...state, command: maskText(state.command) }
}

/** A detail as it may be shown to anyone. What was said of the process was masked when it was said. */
export function maskDetail(detail: ProcessDetail): ProcessDetail {
  const metrics = mapValues(detail.metrics, (name, value) =>
    typeof value === 'string' ? (isSecretName(name) ? MASK : maskText(value)) : value,
  )
  return { ...detail, command: maskText(detail.command), config: maskConfig(detail.config), metrics }
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

/** A config as it may be shown to anyone. */
export function maskConfig(config: ResolvedProcess): ResolvedProcess {
  const { command, args, env, healthCheck, hooks } = config
  return {
    ...config,
    command: maskText(command),
    args: maskArguments(args),
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
