/* The forwarder of a shared port. It knows its backends from a file, and goes on with them when nobody writes it any more. */

import { existsSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs'
import type { ForwarderStatus, SharedTable } from '../model/views/share.ts'
import { Forwarder } from './forwarder.ts'

/** ms between looks at the file where the system does not tell of changes. */
const LOOK_EVERY = 200
/** ms until a report of the connections that a backend still has for which somebody waits, and of any other. */
const [SOON, LATER] = [10, 1000]

export interface Forwarding {
  /** Accepts no more connections, and resolves when the last one has ended. */
  close(): Promise<void>
}

/**
 * Forwards one port. All paths are relative to the current folder, so that the state folder may be renamed.
 *
 * @param name declared name of the instances: `NAME.json` has the backends, `NAME.status.json` gets the counts
 */
export async function forward(name: string, port: number, host: string): Promise<Forwarding> {
  const forwarder = new Forwarder()
  let version = -1
  let timer: NodeJS.Timeout | undefined
  let isSoon = false
  const report = () => {
    clearTimeout(timer)
    timer = undefined
    const status: ForwarderStatus = { pid: process.pid, version, ...forwarder.counts() }
    try {
      writeFileSync(`${name}.status.json.new`, JSON.stringify(status), { mode: 0o600 })
      renameSync(`${name}.status.json.new`, `${name}.status.json`)
    } catch (error) {
      // On a full disk the connections matter more.
      process.stderr.write(`${(error as Error).message}\n`)
      isSoon = false
      timer = setTimeout(report, LATER).unref()
    }
  }
  const read = () => {
    const table = readTable(`${name}.json`)
    if (!table || table.version === version) return
    version = table.version
    forwarder.update(table.backends)
    report()
  }
  forwarder.onChange = (isDraining) => {
    if (timer && (isSoon || !isDraining)) return
    clearTimeout(timer)
    isSoon = isDraining
    timer = setTimeout(report, isDraining ? SOON : LATER).unref()
  }
  read()
  await forwarder.listen(port, host)
  const stopWatching = watchFile(`${name}.json`, read)
  // It may have been written between the first look and the watch.
  read()
  return {
    close() {
      stopWatching()
      return forwarder.close()
    },
  }
}

function readTable(file: string): SharedTable | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SharedTable
  } catch (error) {
    if (existsSync(file)) process.stderr.write(`${file}: ${(error as Error).message}\n`)
    return undefined
  }
}

/** Returns a function that ends the watch. */
function watchFile(file: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const poll = () => {
    timer ??= setInterval(changed, LOOK_EVERY)
  }
  try {
    // The folder, since each new version of the file is another one.
    const watcher = watch('.', (_, name) => {
      if (name === null || name === file) changed()
    })
    watcher.on('error', poll)
    return () => {
      watcher.close()
      clearInterval(timer)
    }
  } catch {
    poll()
    return () => clearInterval(timer)
  }
}
