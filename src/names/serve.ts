import { createServer, type Server } from 'node:http'
import { ProcessManagerError } from '../model/errors.ts'
import { reasonOf, wordsOf } from '../model/text/system-error.ts'
import { type NamesRecord, NO_PLACE, namesFile, originOf, proxyFolder } from '../storage/names.ts'
import { makePrivateFolder, removeFile, writeAtomicSync } from '../system/fs/files.ts'
import { holderOf } from '../system/net/ports.ts'
import { self } from '../system/process/identity.ts'
import { Answers } from './answers.ts'
import { Directory } from './directory.ts'
import { Forwarder } from './forwarder.ts'
import { Holding } from './holding.ts'
import { Router } from './router.ts'
import { States } from './states.ts'

const LOOPBACK = '127.0.0.1'

export interface NamesOptions {
  http: number
  /** Null: no HTTPS. */
  https: number | null
  /** Called when it listens. */
  listening(record: NamesRecord): void
}

/**
 * Passes requests on by name until `signal` aborts, and says in a file that it does.
 *
 * @throws ProcessManagerError `start-failed` if a port is taken
 */
export async function serveNames({ http, listening }: NamesOptions, signal: AbortSignal): Promise<void> {
  const folder = proxyFolder()
  if (folder === null) throw new ProcessManagerError('unreachable', NO_PLACE)
  makePrivateFolder(folder)
  const record: NamesRecord = { identity: self(), http, https: null, isTrusted: false, projects: {} }
  const states = new States()
  const servers: Server[] = []
  let isListening = false
  const write = () => {
    record.projects = Object.fromEntries(directory.names)
    states.keep(new Set(directory.names.keys()))
    if (isListening) writeAtomicSync(namesFile(folder), JSON.stringify(record), false)
  }
  const directory = new Directory(() => queueMicrotask(write))
  const router = new Router(directory, states)
  const answers = new Answers(router, directory, (host) => originOf(record, host))
  const forwarder = new Forwarder({ router, holding: new Holding(router), answers })
  try {
    servers.push(await listen(plainServer(forwarder), http))
    isListening = true
    write()
    listening(record)
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve())
    })
  } finally {
    directory.close()
    if (isListening) removeFile(namesFile(folder))
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}

function plainServer(forwarder: Forwarder): Server {
  // An upload may take its time; only its headers may not.
  const server = createServer({ requestTimeout: 0 }, (asked, answer) => void forwarder.request(asked, answer, false))
  server.on('upgrade', (asked, socket, head) => void forwarder.upgrade(asked, socket as never, head, false))
  return server
}

function listen<Listening extends Server>(server: Listening, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port)))
    server.listen({ host: LOOPBACK, port }, () => resolve(server))
  })
}

function cannotListen(error: NodeJS.ErrnoException, port: number): ProcessManagerError {
  const holder = error.code === 'EADDRINUSE' ? holderOf(port) : null
  const why = holder ? `pid ${holder.pid} (${holder.name}) has it` : error.code ? wordsOf(error.code) : reasonOf(error)
  const hint =
    error.code === 'EACCES' ? ': ports below 1024 are for root, or sysctl net.ipv4.ip_unprivileged_port_start' : ''
  return new ProcessManagerError('start-failed', `the proxy cannot listen on port ${port}: ${why}${hint}`)
}
