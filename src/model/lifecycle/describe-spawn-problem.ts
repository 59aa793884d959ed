import type { SpawnProblem, SystemProcess } from './causes.ts'

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
      return 'no automatic port is free'
    case 'port-taken':
      return `port ${problem.port} is ${holding(problem.holder)}`
    default:
      return problem satisfies never
  }
}

/** Who has a port. */
export function holding(holder: SystemProcess | null): string {
  return holder ? `held by ${named(holder)}` : 'taken by another user'
}

/** 'pid 4711 (node)' */
export function named({ pid, name }: SystemProcess): string {
  return `pid ${pid} (${name})`
}
