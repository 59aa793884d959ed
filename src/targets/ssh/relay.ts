import { randomBytes } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import type { Piped } from './connection.ts'
import { lastLine } from './failure.ts'
import { relaySocket, removeAbandoned } from './private-folder.ts'

/** A local socket, every connection to which is a command on another host. It lasts as long as this process, at most. */
export interface Relay {
  socket: string
  /** What the last command complained of; empty if it did not. */
  lastWords(): string
  close(): void
}

/** What a script prints before the first byte of the other side: until then a login may print anything. */
export const READY = 'tuix-relay-ready'

/** Most bytes of what a login prints, and of what a command complains of, that are read. */
const LONGEST = 100_000

/** @param start starts a command that prints `READY` on a line of its own, and then passes its stdin on, and prints the answers */
export async function openRelay(folder: string, start: () => Piped): Promise<Relay> {
  await removeAbandoned(folder)
  const socket = relaySocket(folder, randomBytes(6).toString('hex'))
  const open = new Set<Piped>()
  let words = ''
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (connection) => {
    const child = start()
    open.add(child)
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-LONGEST)
    })
    child.once('close', () => {
      open.delete(child)
      words = lastLine(stderr)
    })
    join(connection, child)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  server.unref()
  return {
    socket,
    lastWords: () => words,
    close() {
      server.close()
      for (const child of open) child.kill()
    },
  }
}

/** Passes all on in both directions, until one side ends. Neither keeps this process alive: who asks does. */
function join(connection: Socket, child: Piped): void {
  const { stdin, stdout } = child
  for (const part of [connection, child, stdin, stdout, child.stderr] as { unref?(): void }[]) part.unref?.()
  const end = () => {
    connection.destroy()
    child.kill()
  }
  connection.on('error', end).once('close', end)
  stdin.on('error', () => {})
  child.once('error', end)
  let received = Buffer.alloc(0)
  const begin = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    const mark = received.indexOf(`${READY}\n`)
    if (mark < 0 && received.length > LONGEST) end()
    if (mark < 0) return
    stdout.off('data', begin)
    connection.write(received.subarray(mark + READY.length + 1))
    stdout.pipe(connection)
    connection.pipe(stdin)
  }
  stdout.on('data', begin)
  child.once('close', () => connection.end())
}
