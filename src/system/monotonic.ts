/**
 * ms of a clock that is never set. The first use of `performance` loads nine modules of Node, which `list` would wait for; this is
 * the same clock.
 */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
