import { type Control, type Listen, OPERATIONS, type Operation } from './operations.ts'

/** Something that carries out operations, such as requests over a socket. */
export interface Carrier {
  ask(name: Operation, input: object): Promise<unknown>
  listen(name: Operation, ...how: Parameters<Listen<object, unknown>>): AsyncGenerator<unknown, void, undefined>
}

/** Makes functions of the operations. */
export function controlBy({ ask, listen }: Carrier): Control {
  const functions: Partial<Record<Operation, unknown>> = {}
  for (const name of Object.keys(OPERATIONS) as Operation[])
    functions[name] =
      OPERATIONS[name].kind === 'ask'
        ? (input: object) => ask(name, input)
        : (...how: Parameters<Listen<object, unknown>>) => listen(name, ...how)
  return functions as Control
}
