import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { portsOf, readableAddress, readOpenPorts } from '../../../src/system/net/open-ports.ts'

describe('addresses', () => {
  it.each([
    ['00000000000000000000000001000000', '::1'],
    ['00000000000000000000000000000000', '::'],
    ['B80D0120000000000000000001000000', '2001:db8::1'],
    ['127.0.0.1', '127.0.0.1'],
  ])('%s reads %s', (address, text) => {
    expect(readableAddress(address)).toBe(text)
  })
})

describe.skipIf(process.platform !== 'linux')('open ports of a process', () => {
  it('are TCP sockets that listen and UDP sockets that are bound', async () => {
    const server = createServer()
    const socket = createSocket('udp4')
    try {
      await new Promise<void>((resolve) => server.listen(0, '::1', resolve))
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      const found = portsOf(process.pid, readOpenPorts())
      expect(found).toContainEqual({ protocol: 'tcp', address: '::1', port })
      expect(found).toContainEqual({ protocol: 'udp', address: '127.0.0.1', port: socket.address().port })
      server.close()
      expect(portsOf(process.pid, readOpenPorts()).some((open) => open.port === port)).toBe(false)
    } finally {
      server.close()
      socket.close()
    }
  })

  it('are none if the process is gone', () => {
    expect(portsOf(2 ** 22 + 1, readOpenPorts())).toEqual([])
  })
})
