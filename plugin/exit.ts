/** Time for the host to put the terminal back in order, in ms. */
const GRACE = 200

/** Ends the app with its exit code if its host does not. Holds nothing up: an app that ends by itself does so at once. */
export function exitSoon(): void {
  setTimeout(() => process.exit(), GRACE).unref()
}
