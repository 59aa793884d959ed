import type { HooksConfig } from '../config/config.ts'
import type { ProcessEvent } from '../lifecycle/events.ts'

/** The hooks that an event calls for, in order. A crash with another attempt also calls for `onRestart`. */
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
