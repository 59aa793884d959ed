import { watch } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { Server as NetServer, Socket } from 'node:net'
import { ProcessManagerError } from '../model/errors.ts'
import { reasonOf, wordsOf } from '../model/text/system-error.ts'
import { type NamesRecord, NO_PLACE, namesFile, originOf, proxyFolder } from '../storage/names.ts'
import { makePrivateFolder, removeFile, writeAtomicSync } from '../system/fs/files.ts'
import { holderOf } from '../system/net/ports.ts'
import { self } from '../system/process/identity.ts'
import { Answers } from './answers.ts'
import { authorityFiles, existingAuthority } from './authority.ts'
import { Directory } from './directory.ts'
import { Forwarder } from './forwarder.ts'
import { Holding } from './holding.ts'
import { Router } from './router.ts'
import { Contexts, secureServer } from './secure.ts'
import { States } from './states.ts'
import { isTrusted } from './trust.ts'

/** Both, since a browser may try either first, and what is free there could be taken by another user of the machine. */
const LOOPBACK = ['127.0.0.1', '::1']

export interface NamesOptions {
  http: number
  /** Null: no HTTPS. */
  https: number | null
  /** Called when it listens. */
  listening(record: NamesRecord): void
  /** Called with a sentence about what does not work. */
  report(message: string): void
}

/**
 * Passes requests on by name until `signal` aborts, and says in a file that it does.
 *
 * @throws ProcessManagerError `start-failed` if a port is taken
 */
export async function serveNames({ http, https, listening, report }: NamesOptions, signal: AbortSignal): Promise<void> {
  const folder = proxyFolder()
  if (folder === null) throw new ProcessManagerError('unreachable', NO_PLACE)
  makePrivateFolder(folder)
  const record: NamesRecord = { identity: self(), http, https: null, isTrusted: false, projects: {} }
  const states = new States()
  const sockets = new Set<Socket>()
  const servers: NetServer[] = []
  let isListening = false
  let trusting = () => {}
  const contexts = new Contexts(folder)
  const write = () => {
    record.projects = Object.fromEntries(directory.names)
    states.keep(new Set(directory.names.keys()))
    if (isListening) writeAtomicSync(namesFile(folder), JSON.stringify(record), false)
  }
  const directory = new Directory(() => queueMicrotask(write))
  const router = new Router(directory, states)
  const answers = new Answers(router, directory, (host) => originOf(record, host))
  const forwarder = new Forwarder({ router, holding: new Holding(router), answers })
  const open = async (make: () => NetServer, port: number) => {
    for (const host of LOOPBACK) servers.push(await listen(make(), { host, port }, sockets))
  }
  try {
    await open(() => plainServer(forwarder), http)
    if (https !== null) {
      try {
        existingAuthority(folder)
        await open(() => secureServer(forwarder, contexts, (error) => report(reasonOf(error))), https)
        record.https = https
      } catch (error) {
        // Names are of use without HTTPS, too.
        record.problem = `no HTTPS: ${reasonOf(error)}`
        report(record.problem)
      }
    }
    record.isTrusted = isTrusted(folder)
    isListening = true
    write()
    trusting = watchTrust(folder, () => {
      contexts.forget()
      const now = isTrusted(folder)
      if (now === record.isTrusted) return
      record.isTrusted = now
      write()
    })
    listening(record)
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve())
    })
  } finally {
    directory.close()
    trusting()
    if (isListening) removeFile(namesFile(folder))
    for (const server of servers) server.close()
    for (const socket of sockets) socket.destroy()
  }
}

function plainServer(forwarder: Forwarder): Server {
  // An upload may take its time; only its headers may not.
  const server = createServer({ requestTimeout: 0 }, (asked, answer) => void forwarder.request(asked, answer, false))
  server.on('upgrade', (asked, socket, head) => void forwarder.upgrade(asked, socket as never, head, false))
  return server
}

/** Calls `changed` when the record of the authority is replaced. Returns a function that ends the watch. */
function watchTrust(folder: string, changed: () => void): () => void {
  const { record } = authorityFiles(folder)
  try {
    const watcher = watch(
      folder,
      { persistent: false },
      (_, name) => name !== null && record.endsWith(`/${name}`) && changed(),
    )
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    // Out of watches: its next start notices.
    return () => {}
  }
}

function listen(server: NetServer, address: { host: string; port: number }, sockets: Set<Socket>): Promise<NetServer> {
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6.
      if (address.host === '::1' && NO_IPV6.has(error.code ?? '')) resolve(server)
      else reject(cannotListen(error, address.port))
    })
    server.listen(address, () => resolve(server))
  })
}

const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

function cannotListen(error: NodeJS.ErrnoException, port: number): ProcessManagerError {
  const holder = error.code === 'EADDRINUSE' ? holderOf(port) : null
  const why = holder ? `pid ${holder.pid} (${holder.name}) has it` : error.code ? wordsOf(error.code) : reasonOf(error)
  const hint =
    error.code === 'EACCES' ? ': ports below 1024 are for root, or sysctl net.ipv4.ip_unprivileged_port_start' : ''
  return new ProcessManagerError('start-failed', `the proxy cannot listen on port ${port}: ${why}${hint}`)
}
