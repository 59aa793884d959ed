import type { HooksConfig } from './config.ts'
import type { ProcessEvent } from './events.ts'

/** The hooks that an event calls for, in order. A crash that will be tried again is a restart to come as well. */
export function hooksOf({ type, delay }: ProcessEvent): (keyof HooksConfig)[] {
  switch (type) {
    case 'ready':
      return ['onReady']
    case 'crash':
      return delay === undefined ? ['onCrash'] : ['onCrash', 'onRestart']
    case 'restart':
      return ['onRestart']
    case 'stop':
      return ['onStop']
    case 'error':
      return ['onGiveUp']
    default:
      return []
  }
}
