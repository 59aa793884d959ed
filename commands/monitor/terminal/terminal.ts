import { writeSync } from 'node:fs'
import { onExit } from 'signal-exit'
import type { Size } from '../screen/model.ts'
import { ENTER, frameChange, LEAVE } from './frame.ts'
import { keysIn } from './keys.ts'

export interface TerminalListener {
  key(name: string): void
  resize(size: Size): void
  /** The terminal was closed. */
  gone(): void
}

/** The terminal in full-screen mode, from `open` to `close`. It is restored however the program ends. */
export class Terminal {
  readonly #in = process.stdin
  readonly #out = process.stdout
  readonly #listener: TerminalListener
  #shown: readonly string[] = []
  #isOpen = false
  #unlisten = () => {}

  constructor(listener: TerminalListener) {
    this.#listener = listener
  }

  get size(): Size {
    return { columns: this.#out.columns || 80, rows: this.#out.rows || 24 }
  }

  open(): void {
    this.#isOpen = true
    const restore = () => this.#restore()
    // Also after SIGTERM, SIGHUP or an uncaught error, whose message then appears on the normal screen.
    const unlistenExit = onExit(restore)
    process.once('uncaughtExceptionMonitor', restore)
    const input = (text: string) => {
      for (const name of keysIn(text)) this.#listener.key(name)
    }
    const resized = () => {
      this.#shown = []
      this.#out.write('\x1b[2J')
      this.#listener.resize(this.size)
    }
    const gone = () => this.#listener.gone()
    this.#in.setRawMode(true)
    this.#in.setEncoding('utf8')
    this.#in.on('data', input).on('end', gone).on('error', gone).resume()
    this.#out.on('resize', resized)
    this.#unlisten = () => {
      unlistenExit()
      process.removeListener('uncaughtExceptionMonitor', restore)
      this.#in.off('data', input).off('end', gone).off('error', gone)
      this.#out.off('resize', resized)
    }
    this.#out.write(ENTER)
  }

  /** Shows these lines, one per row. The frame is skipped if the terminal is still busy with the one before. */
  show(lines: readonly string[]): void {
    if (!this.#isOpen || this.#out.writableNeedDrain) return
    const change = frameChange(this.#shown, lines)
    this.#shown = lines
    if (change !== '') this.#out.write(change)
  }

  /** Leaves full-screen mode. Resolves when everything is written. */
  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#unlisten()
    // Raw mode ends before the normal screen appears, because what is typed there is for the shell.
    this.#in.pause()
    this.#in.setRawMode(false)
    await new Promise<void>((resolve) => this.#out.write(LEAVE, () => resolve()))
  }

  /** Restores the terminal synchronously, when the program exits. */
  #restore(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    try {
      this.#in.setRawMode(false)
      writeSync(1, LEAVE)
    } catch {
      // The terminal is gone, so there is nothing to restore.
    }
  }
}
