import { StringDecoder } from 'node:string_decoder'
import { LogFile } from '../../logs/files/log-file.ts'
import { lastLineStart } from '../../logs/reading/lines-backward.ts'
import type { PatternSource } from '../../model/config/health-check.ts'
import { PatternWindow } from './pattern-window.ts'

/** Bytes that one scan reads at most. */
export const CHUNK = 256 * 1024

/** Result of a scan: the pattern was found, there is more to read, or the end was reached. */
export type ScanResult = 'found' | 'more' | 'end'

/** Searches one stream's file for a pattern, from an offset on, reading each byte once as the file grows. */
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

  /** Reads on, by one chunk at most. */
  async scan(): Promise<ScanResult> {
    const file = await this.#refreshed()
    if (!file || file.end <= this.#position) return 'end'
    const chunk = await file.read(this.#position, Math.min(CHUNK, file.end - this.#position))
    this.#position += chunk.length
    const hasMore = chunk.length > 0 && this.#position < file.end
    if (this.#window.push(this.#decoder.write(chunk), hasMore)) return 'found'
    return hasMore ? 'more' : 'end'
  }

  /** Skips the finished lines. */
  async skip(): Promise<void> {
    const file = await this.#refreshed()
    if (file) this.#moveTo(await lastLineStart(file, file.end))
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  /** Keeps the same file open, since the process goes on writing to it even if the path comes to name another. */
  async #refreshed(): Promise<LogFile | undefined> {
    if (this.#file) await this.#file.refresh()
    else this.#file = await LogFile.open(this.path)
    const file = this.#file
    if (!file) return undefined
    // The file was truncated, or an archive was deleted before it was read.
    if (file.end < this.#position || file.start > this.#position) this.#moveTo(file.start)
    return file
  }

  #moveTo(position: number): void {
    this.#position = position
    this.#window.reset()
    this.#decoder = new StringDecoder('utf8')
  }
}
