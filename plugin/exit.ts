/** Time in ms for the host to restore the terminal. */
const GRACE = 200

/** Exits the app if its host does not, because it reads a terminal or a pipe. An app that ends by itself is not delayed. */
export function exitSoon(): void {
  setTimeout(() => process.exit(), GRACE).unref()
}
