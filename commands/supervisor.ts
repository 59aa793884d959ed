import { nearest, ProcessManagerError } from '../src/index.ts'
import type { Command, Flags } from './command.ts'

const ACTIONS = ['status', 'stop', 'restart', 'run'] as const
type Action = (typeof ACTIONS)[number]

/** Options that only one of them has. */
const OWN: Partial<Record<Action, (keyof Flags)[]>> = { stop: ['all'], run: ['start', 'logs'] }

export const supervisor: Command = {
  name: 'supervisor',
  aliases: [],
  summary: 'Show, end or replace who supervises, or be that yourself',
  usage: 'supervisor [status|stop|restart|run] [options]',
  options: [
    { flags: '--all', summary: 'Of stop: stop every process first' },
    { flags: '--start <which>', summary: 'Of run: start all (default), autostart or none' },
    { flags: '--logs', summary: 'Of run: print what processes print' },
  ],
  examples: [
    ['supervisor', 'Who supervises, what it costs, and for how many processes'],
    ['supervisor stop', 'End it; the processes keep running'],
    ['supervisor stop --all', 'Stop every process, then end it'],
    ['supervisor restart', 'Replace it; every process keeps running with its pid'],
    ['supervisor run --logs', 'Supervise in the foreground: for containers and systemd'],
  ],
  async run(context) {
    const action = actionOf(context.names)
    for (const [other, flags] of Object.entries(OWN)) {
      const foreign = flags.find((flag) => other !== action && context.flags[flag] !== undefined)
      if (foreign) throw new ProcessManagerError('usage', `--${foreign} belongs to supervisor ${other}`)
    }
    switch (action) {
      case 'status':
        return await (await import('./supervisor/status.ts')).showSupervisor(context)
      case 'stop':
        return await (await import('./supervisor/stop.ts')).stopSupervisor(context)
      case 'restart':
        return await (await import('./supervisor/stop.ts')).restartSupervisor(context)
      case 'run':
        return await (await import('./supervisor/run.ts')).runSupervisor(context)
    }
  },
}

function actionOf([word = 'status', ...more]: string[]): Action {
  const action = ACTIONS.find((name) => name === word)
  if (action && more.length === 0) return action
  if (action) throw new ProcessManagerError('usage', `supervisor ${action} takes no names, but got ${more.join(' ')}`)
  const meant = nearest(word, [...ACTIONS])
  const hint = meant ? `did you mean ${meant}?` : `it is one of ${ACTIONS.join(', ')}`
  throw new ProcessManagerError('usage', `supervisor ${word} is not a command; ${hint}`)
}
