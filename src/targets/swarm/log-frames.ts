import type { TaskLine } from '../../model/swarm/log-marks.ts'

/** Length of the header of a frame: the number of the stream, three zeros, and the length of what follows. */
const HEADER = 8

/** Takes the frames of a log apart, in which chunks break anywhere. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  read(chunk: Buffer): TaskLine[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const lines: TaskLine[] = []
    let at = 0
    while (this.#rest.length - at >= HEADER) {
      const end = at + HEADER + this.#rest.readUInt32BE(at + 4)
      if (this.#rest.length < end) break
      const line = lineOf(this.#rest.toString('utf8', at + HEADER, end), this.#rest[at] === 2 ? 'stderr' : 'stdout')
      if (line) lines.push(line)
      at = end
    }
    this.#rest = this.#rest.subarray(at)
    return lines
  }
}

/** `2026-11-30T22:00:00.000000000Z com.docker.swarm.node.id=…,com.docker.swarm.task.id=… text`. */
function lineOf(text: string, source: TaskLine['source']): TaskLine | undefined {
  const [, time, details = '', words = ''] = /^(\S+) (\S*) ?([\s\S]*)$/.exec(text) ?? []
  const task = /(?:^|,)com\.docker\.swarm\.task\.id=([^,]+)/.exec(details)?.[1]
  return time === undefined || task === undefined
    ? undefined
    : { task, time: nine(time), message: words.replace(/\r?\n$/, ''), source }
}

/** The engine leaves out zeros at the end. */
function nine(time: string): string {
  const [, whole = time, digits = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? []
  return `${whole}.${digits.padEnd(9, '0')}Z`
}
