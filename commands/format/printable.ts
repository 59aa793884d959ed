/** SGR sequences: colours and text styles. */
const STYLE = /(\x1b\[[\d;:]*m)/

/**
 * All other escape sequences of ECMA-48: CSI, strings (OSC, DCS …) up to their end, and short ones. `stripVTControlCharacters`
 * is not used, because it also removes text between a sequence and a later bell.
 */
const SEQUENCES = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]/g

/** C0 and C1 control characters except the tab, and those that make a terminal show text in another order. */
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g
/** Any of them, but for line breaks. Most texts have none, which is cheap to find out. */
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

/**
 * Makes the text of a process safe to print: nothing in it moves the cursor, clears the screen or rings the bell. Its colours
 * are kept if `keepColors`, and reset at the end.
 */
export function printable(text: string, keepColors: boolean): string {
  const parts = text.split(STYLE)
  const shown = parts.map((part, index) => (index % 2 === 1 ? (keepColors ? part : '') : plain(part))).join('')
  return keepColors && parts.length > 1 ? `${shown}\x1b[0m` : shown
}

/** The same for one value, as in a table: its line breaks are shown as `\\n`. */
export function oneLine(text: string): string {
  return printable(text.replace(/\r?\n/g, '\\n'), false)
}

/**
 * Everything that a command prints goes through this, so that no text of others is forgotten. Line breaks are kept, and
 * colours where the command uses them itself.
 */
export function safeText(text: string, keepColors: boolean): string {
  if (!UNSAFE.test(text)) return text
  const safe = (line: string) =>
    line
      .split(STYLE)
      .map((part, index) => (index % 2 === 1 ? (keepColors ? part : '') : plain(part)))
      .join('')
  return text.split('\n').map(safe).join('\n')
}

/** JSON in which no character does anything on a terminal. */
export function safeJson(value: unknown, indent?: number): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, indent).replace(/[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, escaped)
}

function plain(text: string): string {
  return text.replace(SEQUENCES, '').replace(CONTROLS, '')
}
