/** Random bytes by means of the runtime that need no module: Bun takes longer to load `node:crypto` than a daemon's own modules. */
export function randomBytes(count: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(count)))
}
