import { isRecord } from '../model/config/shape.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { type Place, RunningStack, type Stack } from './stack.ts'
import { StackManager } from './stack-manager.ts'

/** How another process of the same test run finds a stack. It can be serialised. */
export interface Connection {
  tuixDir: string
  places: readonly Place[]
}

export function connectionOf(stack: Stack): Connection {
  const { tuixDir, places } = stack as RunningStack
  return { tuixDir, places: [...places] }
}

/** The stack of a connection, whose `stop()` leaves it to the one that started it. */
export function connectStack(connection: unknown): Stack {
  if (!isConnection(connection))
    throw new ProcessManagerError('usage', 'no global set-up has started a stack: see `globalStack`')
  const { tuixDir, places } = connection
  const manager = new StackManager({ tuixDir, supervisor: 'daemon' })
  return new RunningStack({ manager, places, close: () => manager.close() })
}

function isConnection(value: unknown): value is Connection {
  return isRecord(value) && typeof value.tuixDir === 'string' && Array.isArray(value.places)
}
