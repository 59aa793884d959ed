import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { McpOptions } from './host.ts'
import { createServer } from './server.ts'

/** Serves on stdin and stdout until stdin ends or the signal aborts. From then on nothing else can be printed on stdout. */
export async function serveOnStdio(options: McpOptions, signal: AbortSignal): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve).once('error', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const transport = new StdioServerTransport(process.stdin, takeStdout())
  const { close } = serveStdio(() => createServer(options), { transport })
  await closed
  await close()
}

/**
 * Keeps stdout for the protocol alone. What configs print, at once or later, goes to stderr. On Bun `console` writes past
 * `process.stdout`.
 */
function takeStdout(): Writable {
  const { stdout, stderr } = process
  const { write } = stdout
  stdout.write = stderr.write.bind(stderr)
  globalThis.console = new Console(stderr, stderr)
  return new Writable({ write: (chunk, encoding, done) => void write.call(stdout, chunk, encoding, done) })
}
