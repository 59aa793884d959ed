import { OPERATIONS, type Operation } from '../../protocol/operations.ts'

/** The parts of a start with which any program can be run. */
const DECLARING = ['processes', 'environment', 'owner', 'defaults', 'source', 'origins', 'checkedBy']

/** Why an operation is not carried out for whoever came over the network; undefined if it is. */
export function refusalOverWeb(name: Operation, input: object, allowRun: boolean): string | undefined {
  const { isLocal, revealsSecrets, runsPrograms } = OPERATIONS[name]
  if (isLocal) return `\`${name}\` is possible only over the control socket`
  if (revealsSecrets && 'reveal' in input && input.reveal === true) return 'secrets are not shown over the network'
  // One that takes for ever would stop the supervisor.
  if ('pattern' in input) return '`pattern` is possible only over the control socket: use `grep`'
  const declaring = runsPrograms && !allowRun ? DECLARING.find((key) => key in input) : undefined
  if (declaring === undefined) return undefined
  return `\`${declaring}\` could run any program: set \`allowRun\` in \`web\` to allow that, or name a declared process`
}
