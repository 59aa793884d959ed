import { StringDecoder } from 'node:string_decoder'
import { lastLineStart } from '../../logs/lines-backward.ts'
import { LogFile } from '../../logs/log-file.ts'
import type { PatternSource } from '../../model/config.ts'
import { PatternWindow } from './pattern-window.ts'

/** Bytes that one look reads at most. */
export const CHUNK = 256 * 1024

/** What a look found: the pattern, nothing but there is more to read, or nothing so far. */
export type Look = 'seen' | 'behind' | 'level'

/** Searches what one stream's file holds, from an offset on, and what is added to it; each byte once. */
export class StreamScan {
  readonly path: string
  #position: number
  #file: LogFile | undefined
  readonly #window: PatternWindow
  #decoder = new StringDecoder('utf8')

  constructor(path: string, position: number, pattern: string | PatternSource) {
    this.path = path
    this.#position = position
    this.#window = new PatternWindow(pattern)
  }

  /** Reads on, one chunk at most. */
  async look(): Promise<Look> {
    const file = await this.#refreshed()
    if (!file || file.end <= this.#position) return 'level'
    const chunk = await file.read(this.#position, Math.min(CHUNK, file.end - this.#position))
    this.#position += chunk.length
    const isBehind = chunk.length > 0 && this.#position < file.end
    if (this.#window.push(this.#decoder.write(chunk), isBehind)) return 'seen'
    return isBehind ? 'behind' : 'level'
  }

  /** Skips what is there by now, but for an unfinished line. */
  async skip(): Promise<void> {
    const file = await this.#refreshed()
    if (file) this.#moveTo(await lastLineStart(file, file.end))
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  /** The same file for as long as it lives: the process goes on writing there, whatever its path names by then. */
  async #refreshed(): Promise<LogFile | undefined> {
    if (this.#file) await this.#file.refresh()
    else this.#file = await LogFile.open(this.path)
    const file = this.#file
    if (!file) return undefined
    // Truncated, or its oldest part was removed before it was read.
    if (file.end < this.#position || file.start > this.#position) this.#moveTo(file.start)
    return file
  }

  #moveTo(position: number): void {
    this.#position = position
    this.#window.reset()
    this.#decoder = new StringDecoder('utf8')
  }
}
