import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { holderOf, listeningPorts, parseListeners, socketsServing } from '../../../src/system/net/ports.ts'
import { fixture, interpreter } from '../../helpers/children.ts'

const servers: Server[] = []
const children: ChildProcess[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function listen(host: string, port = 0): Promise<number> {
  const server = createServer()
  servers.push(server)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as { port: number }).port))
  })
}

/** A server in a process of its own. */
function serve(): Promise<{ pid: number; port: number }> {
  const child = spawn(interpreter('server'), [fixture('server')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return new Promise((resolve) => {
    child.stdout.once('data', (line) =>
      resolve({ pid: child.pid ?? 0, port: Number(String(line).trim().split(' ')[1]) }),
    )
  })
}

describe('parseListeners', () => {
  it("reads listening sockets from the kernel's table, and no others", () => {
    const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
    const line = (address: string, state: string, inode: string) =>
      `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`
    const table = [
      header,
      line('0100007F:0BB8', '0A', '1594'),
      line('0100007F:0BB8', '01', '1595'),
      line('00000000:1F90', '0A', '1596'),
      line('00000000000000000000000001000000:0050', '0A', '1597'),
      line('0000000000000000FFFF00000100007F:0051', '0A', '1598'),
      '',
    ].join('\n')
    expect(parseListeners(table)).toEqual([
      { address: '127.0.0.1', port: 3000, inode: '1594', uid: 1000 },
      { address: '0.0.0.0', port: 8080, inode: '1596', uid: 1000 },
      { address: '00000000000000000000000001000000', port: 80, inode: '1597', uid: 1000 },
      { address: '127.0.0.1', port: 81, inode: '1598', uid: 1000 },
    ])
    expect(parseListeners('')).toEqual([])
  })
})

describe.skipIf(process.platform !== 'linux')('the holder of a port', () => {
  it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('on %s is found, with its name', async (host) => {
    const port = await listen(host)
    expect(holderOf(port)).toEqual({ pid: process.pid, name: expect.stringMatching(/./) })
    servers.pop()?.close()
    expect(holderOf(port)).toBeNull()
  })

  it('is found in another process', async () => {
    const { pid, port } = await serve()
    expect(holderOf(port)?.pid).toBe(pid)
    expect(listeningPorts([pid])).toEqual([port])
  })

  it('lists the ports of several processes, each once', async () => {
    const { pid, port } = await serve()
    const own = [await listen('127.0.0.1'), await listen('::1')]
    await listen('::1', own[0])
    const found = listeningPorts([process.pid, pid, process.pid])
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b))
    expect(found).toEqual(expect.arrayContaining([...own, port]))
    expect(listeningPorts([])).toEqual([])
  })

  it('is selected by address: a socket bound to it first, then one bound to all', async () => {
    const four = await listen('127.0.0.1')
    expect(socketsServing('127.0.0.1', four).size).toBe(1)
    expect(socketsServing('::1', four).size).toBe(0)
    await listen('::1', four)
    expect(socketsServing('::1', four).size).toBe(1)
    expect(socketsServing('::1', four)).not.toEqual(socketsServing('127.0.0.1', four))
    const any = await listen('0.0.0.0')
    expect(socketsServing('127.0.0.1', any).size).toBe(1)
    expect(socketsServing('::1', any).size).toBe(0)
    const dual = await listen('::')
    expect([socketsServing('127.0.0.1', dual).size, socketsServing('::1', dual).size]).toEqual([1, 1])
  })
})
