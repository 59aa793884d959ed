/** Bytes of a line that are shown; of a longer one the beginning. On disk it stays whole. */
export const SHOWN = 64 * 1024
export const NEWLINE = 0x0a
const RETURN = 0x0d

/** One line of a file: offsets from its first byte to after its newline. */
export interface Line {
  start: number
  end: number
  text: string
}

const utf8 = new TextDecoder('utf-8')

/** The text of a whole line as people should see it; `bytes` may end with its newline. */
export function lineText(bytes: Uint8Array): string {
  const size = withoutEnding(bytes)
  if (size > SHOWN) return longLineText(size, bytes.subarray(0, SHOWN), bytes.subarray(size - SHOWN, size))
  return utf8.decode(lastState(bytes.subarray(0, size)))
}

/** The text of a line that is too long to be held: its first and its last `SHOWN` bytes are enough. */
export function longLineText(size: number, head: Uint8Array, tail: Uint8Array): string {
  const end = withoutEnding(tail)
  const state = lastState(tail.subarray(0, end))
  // A progress bar that never wrote a newline: however long, only its last state is of interest.
  if (state.length < end) return utf8.decode(state)
  return `${decodeHead(head.subarray(0, SHOWN))}… (line of ${size} bytes)`
}

/** What a terminal would show of a line that returned to its beginning: what was written after the last carriage return. */
function lastState(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.lastIndexOf(RETURN) + 1)
}

function withoutEnding(bytes: Uint8Array): number {
  let end = bytes.length
  if (bytes[end - 1] === NEWLINE) end -= 1
  while (bytes[end - 1] === RETURN) end -= 1
  return end
}

/** Decodes without the character that the cut may have split. */
function decodeHead(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes, { stream: true })
}
