import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MARKER, markerOf } from '../../../src/model/tree/members.ts'
import { identify, self } from '../../../src/system/process/identity.ts'
import { fixture, interpreter } from '../../helpers/children.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'
import { checkOnce, healthTarget } from './check.ts'

let folder: TempFolder
const servers: Server[] = []
const children: ChildProcess[] = []

beforeEach(() => {
  folder = tempFolder('tcp')
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  for (const child of children.splice(0)) child.kill('SIGKILL')
  folder.remove()
})

/** Listens within this process; resolves with the port. */
function listen(host: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}))
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as { port: number }).port))
  })
}

/** A child that has said its first line. */
function start(script: string, env: Record<string, string>): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(interpreter(script), [fixture(script)], {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return new Promise((resolve) => child.stdout?.once('data', (data) => resolve({ child, line: String(data).trim() })))
}

const isLinux = process.platform === 'linux'

describe('a tcp check', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', 'localhost'],
    ['::1', 'localhost'],
    ['::1', '::1'],
    ['::', 'localhost'],
    ['::', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['127.0.0.1', 'web.localhost'],
  ])('finds a server on %s as %s', async (bound, host) => {
    const port = await listen(bound)
    expect(await checkOnce({ type: 'tcp', host, port }, healthTarget(folder.path))).toMatchObject({
      ok: true,
      detail: 'connection accepted',
    })
  })

  it('fails if nothing listens', async () => {
    const port = await listen('127.0.0.1')
    servers.pop()?.close()
    expect(await checkOnce({ type: 'tcp', port }, healthTarget(folder.path))).toMatchObject({
      ok: false,
      detail: 'connection refused',
    })
  })

  it('fails for an unknown host name', async () => {
    const result = await checkOnce({ type: 'tcp', host: 'no-such-host.invalid', port: 1 }, healthTarget(folder.path))
    expect(result).toMatchObject({ ok: false, detail: 'host name not found' })
  })

  it.skipIf(!isLinux)('does not accept another process on the port, and names it', async () => {
    const port = await listen('127.0.0.1')
    const { child } = await start('sleeper', {})
    const leader = identify(child.pid ?? 0) ?? null
    const target = healthTarget(folder.path, { tree: { id: 'f00d:web:1', leader, known: [], logs: [] } })
    const result = await checkOnce({ type: 'tcp', port }, target)
    expect(result.ok).toBe(false)
    expect(result.detail).toMatch(
      new RegExp(`^port ${port} is held by pid ${process.pid} \\(.+\\), not by this process; connection refused$`),
    )
  })

  it.skipIf(!isLinux)('accepts a descendant in another session', async () => {
    const id = 'f00d:web:2'
    const { child } = await start('sleeper', {})
    const { line } = await start('server', { PORT: '0', [MARKER]: markerOf(id, 1) })
    const tree = { id, leader: identify(child.pid ?? 0) ?? null, known: [], logs: [] }
    const port = Number(line.split(' ')[1])
    expect(await checkOnce({ type: 'tcp', port }, healthTarget(folder.path, { tree }))).toMatchObject({ ok: true })
    const other = { ...tree, id: 'f00d:web:3' }
    expect(await checkOnce({ type: 'tcp', port }, healthTarget(folder.path, { tree: other }))).toMatchObject({
      ok: false,
    })
  })

  it.skipIf(!isLinux)('finds its own server on the other loopback address', async () => {
    const { line } = await start('server', { PORT: '0' })
    const port = Number(line.split(' ')[1])
    await new Promise<void>((resolve) => servers[servers.push(createServer()) - 1]?.listen(port, '::1', resolve))
    const tree = { id: 'f00d:web:1', leader: self(), known: [], logs: [] }
    expect(await checkOnce({ type: 'tcp', port }, healthTarget(folder.path, { tree }))).toMatchObject({ ok: true })
  })

  it('means the port of the process where it has none itself', async () => {
    const port = await listen('127.0.0.1')
    const target = healthTarget(folder.path, { env: { PORT: String(port) } })
    expect(await checkOnce({ type: 'tcp' }, target)).toMatchObject({ ok: true })
    const none = healthTarget(folder.path, { env: { PORT: 'abc' } })
    expect(await checkOnce({ type: 'tcp' }, none)).toMatchObject({ ok: false, detail: 'PORT=abc is no port' })
  })
})
