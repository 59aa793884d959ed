/** Signals that ask a program to end, or to look at its config again. */
export type Request = 'SIGTERM' | 'SIGINT' | 'SIGHUP'

/** Calls back at every such signal, which does not end the program then, until the result is called. */
export function onSignal(signal: Request, listener: () => void): () => void {
  process.on(signal, listener)
  return () => process.off(signal, listener)
}
