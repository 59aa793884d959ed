/** Bytes of a line that are shown at most, from its beginning. On disk it stays whole. */
export const MAX_SHOWN = 64 * 1024
/** Time in ms without growth after which an unfinished line counts as a line. */
export const UNFINISHED_AFTER = 2000
export const NEWLINE = 0x0a
const RETURN = 0x0d

/** One line of a file, with the offsets of its first byte and of the byte after its newline. */
export interface Line {
  start: number
  end: number
  text: string
}

const utf8 = new TextDecoder('utf-8')

/** The text of a line as it is shown. `bytes` may end with the newline. */
export function lineText(bytes: Uint8Array): string {
  const size = withoutEnding(bytes)
  if (size > MAX_SHOWN) return longLineText(size, bytes.subarray(0, MAX_SHOWN), bytes.subarray(size - MAX_SHOWN, size))
  return utf8.decode(afterLastReturn(bytes.subarray(0, size)))
}

/** The text of a line that is too long to be held, from its first and last `MAX_SHOWN` bytes. */
export function longLineText(size: number, head: Uint8Array, tail: Uint8Array): string {
  const end = withoutEnding(tail)
  const state = afterLastReturn(tail.subarray(0, end))
  // A progress bar without newlines. Only its last state is of interest.
  if (state.length < end) return utf8.decode(state)
  return `${decodeHead(head.subarray(0, MAX_SHOWN))}… (line of ${size} bytes)`
}

/** The part after the last carriage return, which is what a terminal shows. */
function afterLastReturn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.lastIndexOf(RETURN) + 1)
}

function withoutEnding(bytes: Uint8Array): number {
  let end = bytes.length
  if (bytes[end - 1] === NEWLINE) end -= 1
  while (bytes[end - 1] === RETURN) end -= 1
  return end
}

/** Decodes without a last character that the cut has split. */
function decodeHead(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes, { stream: true })
}
