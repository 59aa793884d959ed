import { AUTOMATIC_PORTS } from './automatic-port.ts'
import type { PortHolding, SpawnProblem, SystemProcess } from './causes.ts'

/* The part of `describe.ts` for programs that cannot be started. */

/** Why a program could not be started. */
export function spawnProblem(problem: SpawnProblem): string {
  switch (problem.type) {
    case 'no-program':
      return `could not be started: \`${problem.program}\` was not found`
    case 'no-interpreter':
      return `could not be started: the interpreter in the \`#!\` line of \`${problem.program}\` was not found`
    case 'not-found':
      return `could not be started: \`${problem.program}\` or the program that its first line names does not exist`
    case 'not-executable':
      return `could not be started: \`${problem.program}\` may not be executed`
    case 'no-shebang':
      return `could not be started: \`${problem.program}\` is no program and has no \`#!\` line; set \`interpreter\``
    case 'process-limit':
      return 'could not be started: the system allows no more processes'
    case 'system':
      return `could not be started: ${problem.detail}`
    case 'no-free-port':
      return `no automatic port is free, of ${AUTOMATIC_PORTS.first} to ${AUTOMATIC_PORTS.last}; set \`port\` to a number`
    case 'no-value':
      return `\`${problem.reference}\` has no value: ${problem.why === 'no-process' ? 'there is no such process' : 'that process has no such port, or was never started'}`
    case 'port-taken':
      return `port ${problem.port} is ${holding(problem)}`
    default:
      return problem satisfies never
  }
}

/** Who has a port. */
export function holding({ holder, user, hidden }: PortHolding): string {
  if (!holder) {
    if (hidden) return 'taken by a process that is not visible here, such as one in a container'
    return user === undefined ? 'taken by another user' : `taken by a process of another user, ${user}`
  }
  const { managed } = holder
  if (!managed) return `held by ${named(holder)}`
  const { name, folder, project } = managed
  const of = folder === undefined ? 'of another project' : `of ${project} in ${folder}`
  return `held by ${named(holder)}: process \`${name}\` ${of}`
}

/** 'pid 4711 (node)' */
export function named({ pid, name }: SystemProcess): string {
  return `pid ${pid} (${name})`
}
