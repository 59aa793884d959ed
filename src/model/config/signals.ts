/** Signals that can be sent to a process, by their names in kill(1). */
export const SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGSYS',
] as const
export type SignalName = (typeof SIGNALS)[number]

/** The signal that a word names: `SIGHUP`, `HUP` or `hup`; undefined if it names none. */
export function signalOf(word: string): SignalName | undefined {
  const upper = word.toUpperCase()
  return SIGNALS.find((signal) => signal === upper || signal === `SIG${upper}`)
}
