import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, temporary, until } from './run.mjs'

/** A program on a real terminal, that of a tmux of its own. `command` is the program and its arguments. */
export async function openTerminal(command, { cwd, columns, rows }) {
  const folder = temporary('terminal')
  const tmux = (...args) => run('tmux', ['-S', join(folder, 'tmux'), ...args], { cwd })
  const size = ['-x', String(columns), '-y', String(rows)]
  try {
    await tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      ...size,
      'env',
      'TERM=screen-256color',
      'LANG=C.UTF-8',
      ...command,
    )
  } catch (error) {
    throw new Error(`tmux, which apt-get install tmux brings, opens no terminal: ${error.message}`)
  }
  return {
    /** The program itself: env makes way for it, and tmux starts it without a shell. */
    pid: Number(await tmux('display', '-p', '#{pane_pid}')),
    key: (key) => tmux('send-keys', key),
    /** Waits until the screen shows something. */
    shows: (what) => until(async () => what.test(await tmux('capture-pane', '-p')), { what: `${what} on the screen` }),
    async close() {
      await tmux('kill-server')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
