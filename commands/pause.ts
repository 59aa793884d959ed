import type { Command } from './shared/command.ts'
import { SELECT_OPTIONS } from './shared/lifecycle-command.ts'
import { askRunning } from './shared/running.ts'

export const pause: Command = {
  name: 'pause',
  aliases: [],
  summary: 'Stop processes for a while, as they are',
  usage: 'pause [name…] [options]',
  options: SELECT_OPTIONS,
  examples: [
    ['pause worker', 'It and everything that it started use no CPU until it is resumed'],
    ['pause --group jobs', 'Every process in this group'],
  ],
  run: (context) => askRunning(context, 'pause', (manager, selection) => manager.pause(selection)),
}

export const resume: Command = {
  name: 'resume',
  aliases: [],
  summary: 'Let paused processes go on',
  usage: 'resume [name…] [options]',
  options: SELECT_OPTIONS,
  examples: [
    ['resume worker', 'Let one process go on where it was paused'],
    ['resume --all', 'Let everything go on'],
  ],
  run: (context) => askRunning(context, 'resume', (manager, selection) => manager.resume(selection)),
}
