import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { NetworkMeter, parseSockets } from '../../../src/system/net/network.ts'
import { self } from '../../../src/system/process/identity.ts'
import { until } from '../../helpers/until.ts'

/** As iproute2 6.1 prints it. */
const ANSWER = `ESTAB 0      0      127.0.0.1:58530 127.0.0.1:46289 users:(("python3",pid=27394,fd=4))
\t bbr wscale:10,10 rto:204 rtt:0.034/0.011 mss:47616 bytes_sent:100000 bytes_retrans:2000 bytes_acked:98001 bytes_received:500 segs_out:6 delivery_rate 23808000000bps
ESTAB 0      0          [::1]:49793     [::1]:44548
\t bbr wscale:10,10 rto:200 mss:32768 bytes_sent:7 bytes_received:8 segs_in:2
ESTAB 0      0          [::1]:44548     [::1]:49793 users:(("node",pid=12,fd=7),("node",pid=13,fd=7))
\t cubic wscale:10,10 rto:200 mss:32732 bytes_acked:1 segs_out:2
LAST-ACK 0   1      10.0.0.2:80     10.0.0.3:5555
\t cubic bytes_sent:9 bytes_received:9
`

describe('parseSockets', () => {
  it('reads the counters of connections with an owner', () => {
    expect(parseSockets(ANSWER)).toEqual([
      { connection: '127.0.0.1:58530 127.0.0.1:46289', pids: [27394], bytesIn: 500, bytesOut: 98000 },
      { connection: '[::1]:44548 [::1]:49793', pids: [12, 13], bytesIn: 0, bytesOut: 0 },
    ])
  })

  it('reads the format with everything on one line', () => {
    const oneLine =
      'ESTAB 0 0 10.0.0.2:443 10.0.0.3:5555 users:(("nginx: worker",pid=7,fd=3)) cubic bytes_sent:5 bytes_received:6\n'
    expect(parseSockets(oneLine + oneLine)).toHaveLength(2)
    expect(parseSockets(oneLine)[0]).toMatchObject({ pids: [7], bytesIn: 6, bytesOut: 5 })
  })

  it.each(['', '\n', 'Error: something\n'])('finds nothing in %j', (text) => {
    expect(parseSockets(text)).toEqual([])
  })
})

describe('NetworkMeter', () => {
  const open: (Socket | Server)[] = []
  afterEach(() => {
    for (const one of open.splice(0)) 'destroy' in one ? one.destroy() : one.close()
  })

  /** A connection of this process with itself; resolves its client's end when the server has got `bytes`. */
  async function transfer(bytes: number): Promise<Socket> {
    let received = 0
    const server = createServer((socket) => {
      open.push(socket)
      socket.on('data', (chunk) => {
        received += chunk.length
      })
      socket.on('error', () => {})
    })
    open.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const client = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
    open.push(client)
    client.write(Buffer.alloc(bytes))
    await until(() => received === bytes, { what: 'the transfer' })
    return client
  }

  const read = async (meter: NetworkMeter) => (await meter.sample([self()]))?.get(process.pid)

  it('counts a real transfer at both ends, and keeps the count after the connection is closed', async () => {
    const meter = new NetworkMeter()
    const before = await read(meter)
    if (!before) throw new Error('ss is missing')
    const client = await transfer(300_000)
    const grown = await until(async () => {
      const usage = await read(meter)
      const enough = (key: 'bytesIn' | 'bytesOut') => usage !== undefined && usage[key] - before[key] >= 300_000
      return enough('bytesIn') && enough('bytesOut') ? usage : undefined
    })
    // Whatever else this process talks to in the meantime is little.
    expect(grown.bytesOut - before.bytesOut).toBeLessThan(400_000)
    client.destroy()
    await until(() => client.closed, { what: 'the end of the connection' })
    const after = await read(meter)
    expect(after?.bytesOut).toBeGreaterThanOrEqual(grown.bytesOut)
    await transfer(50_000)
    expect((await read(meter))?.bytesOut).toBeGreaterThanOrEqual(grown.bytesOut + 50_000)
  })

  it('runs ss once for concurrent samples, and leaves out a leader that is gone', async () => {
    const meter = new NetworkMeter()
    const gone = { ...self(), startTime: 1 }
    const [one, two] = await Promise.all([meter.sample([self()]), meter.sample([gone])])
    expect([...(one?.keys() ?? [])]).toEqual([process.pid])
    expect(two?.size).toBe(0)
  })

  it('is undefined, not zero, without ss', async () => {
    const path = process.env.PATH
    process.env.PATH = '/nowhere'
    try {
      expect(await new NetworkMeter().sample([self()])).toBeUndefined()
    } finally {
      process.env.PATH = path
    }
  })
})
