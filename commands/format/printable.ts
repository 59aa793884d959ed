/** Colours and the like: SGR sequences. */
const STYLE = /(\x1b\[[\d;:]*m)/

/**
 * Other escape sequences, as ECMA-48 has them: CSI, strings (OSC, DCS …) up to their end, and the short ones. Not
 * `stripVTControlCharacters`: it takes the text between a sequence and a bell for a part of it.
 */
const SEQUENCES = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]/g

/** C0 and C1 controls, but for the tab. */
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g

/**
 * Text of a process as it may stand in a line of ours: nothing in it moves the cursor, clears the screen or rings. Its
 * colours stay if they are wanted, and end with it.
 */
export function printable(text: string, keepColors: boolean): string {
  const parts = text.split(STYLE)
  const shown = parts.map((part, index) => (index % 2 === 1 ? (keepColors ? part : '') : plain(part))).join('')
  return keepColors && parts.length > 1 ? `${shown}\x1b[0m` : shown
}

/** Columns that a text of one-column characters takes on a terminal: all of it but the sequences that colour it. */
export function widthOf(text: string): number {
  // Not by `node:util`: on Bun loading that is a tenth of `list`.
  return text.includes('\x1b') ? printable(text, false).length : text.length
}

function plain(text: string): string {
  return text.replace(SEQUENCES, '').replace(CONTROLS, '')
}
