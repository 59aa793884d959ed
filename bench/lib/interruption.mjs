// Ctrl-C and SIGTERM: what the bench is waiting for ends in an error, so that each measure unwinds and clears away what it
// made. What is waited for after that, while clearing away, is waited for as usual.
let interrupt
let interruption
let signal

function arm() {
  interruption = new Promise((_, reject) => {
    interrupt = reject
  })
  // Also where nobody waits at the moment.
  interruption.catch(() => {})
}

arm()

/** `SIGINT` or `SIGTERM` once it has come. */
export function interruptedBy() {
  return signal
}

/** A second signal ends the program at once. */
export function listenForInterruption() {
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => {
      if (signal) process.exit(1)
      signal = name
      console.error(`\n${name}: ending what was started; once more leaves it as it is`)
      const reject = interrupt
      const interrupted = new Error('interrupted')
      // Some of what goes on is awaited later, and now never.
      process.on('unhandledRejection', (reason) => {
        if (reason !== interrupted) throw reason
      })
      arm()
      reject(interrupted)
    })
  }
}

/** The same promise, rejected when the bench is interrupted before it has settled. */
export function interruptible(promise) {
  return Promise.race([promise, interruption])
}
