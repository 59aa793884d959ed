import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, disposing } from '../lib/everyone.mjs'
import { freePort } from '../lib/free-port.mjs'
import { childrenOf, cpuNow, cpuSince } from '../lib/proc.mjs'
import { sleep, temporary, until } from '../lib/run.mjs'
import { interleaved } from '../lib/statistics.mjs'
import { ours } from '../managers/ours.mjs'

const SERVER = fileURLToPath(new URL('../children/hello.mjs', import.meta.url))
const NGINX = '/usr/sbin/nginx'
const CONNECTIONS = 50
/** ms of one round. */
const ROUND = 1500

/**
 * Requests over kept connections to one server: without anything between, through the forwarder of a shared port, and through
 * nginx, which has one worker as well. The two cores of the machine are for all: client, forwarder and server. So the processor
 * time that is spent between, for each request, says more than their number.
 */
export async function throughput(context) {
  const rows = []
  for (const runtime of context.runtimes) {
    const port = await freePort()
    // The same server for all, so that it is the forwarder alone that differs.
    const web = { name: 'web', command: process.execPath, args: [SERVER], instances: 1, share: 'proxy', port }
    const manager = ours(runtime, [web])
    await disposing([manager], async () => {
      await manager.ps('start', 'web')
      const states = JSON.parse(await manager.ps('list', '--json'))
      const own = states.find(({ name }) => name === 'web-1').port
      const forwarder = states.find(({ name }) => name === 'web-proxy').pid
      const nginx = existsSync(NGINX) ? await startNginx(own) : undefined
      try {
        const found = await interleaved(context.rounds(5), {
          bare: () => ask(own, []),
          forwarder: () => ask(port, [forwarder]),
          ...(nginx && { nginx: () => ask(nginx.port, nginx.workers) }),
        })
        const peers = (of) => (nginx ? { peers: { nginx: of(found.nginx) } } : {})
        rows.push(
          {
            what: 'requests through the forwarder of a shared port',
            on: runtime.name,
            value: found.forwarder.rate,
            unit: '/ s',
            bare: { what: 'without it', value: found.bare.rate },
            ...peers(({ rate }) => rate),
            checks: [check(found.forwarder.rate / found.bare.rate, 0.5, '× bare', { atLeast: true })],
          },
          {
            what: 'processor time of the forwarder for each request',
            on: runtime.name,
            value: found.forwarder.cpu,
            unit: 'µs',
            ...peers(({ cpu }) => cpu),
            checks: nginx ? [check(found.forwarder.cpu / found.nginx.cpu, 3, '× nginx')] : [],
          },
        )
      } finally {
        nginx?.end()
      }
    })
  }
  return rows
}

/** So many requests a second, and µs of processor time of these processes for each. */
async function ask(port, pids) {
  const state = { done: 0, failed: undefined }
  const sockets = Array.from({ length: CONNECTIONS }, () => asking(port, state))
  await sleep(200)
  const before = pids.map((pid) => [pid, cpuNow(pid)])
  const [from, begun] = [state.done, performance.now()]
  await sleep(ROUND)
  const count = state.done - from
  const seconds = (performance.now() - begun) / 1000
  const cpu = before.reduce((sum, [pid, known]) => sum + cpuSince(pid, known), 0)
  for (const socket of sockets) socket.destroy()
  if (state.failed) throw state.failed
  return { rate: count / seconds, cpu: (cpu * 1000) / count }
}

const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'

/** Asks for the same again and again: its first answer tells how long all are. */
function asking(port, state) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => socket.write(REQUEST))
  let [length, left] = [0, 0]
  socket.on('data', (bytes) => {
    if (length === 0) {
      const text = bytes.toString('latin1')
      length = text.indexOf('\r\n\r\n') + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])
      left = length
    }
    left -= bytes.length
    if (left > 0) return
    left = length
    state.done++
    socket.write(REQUEST)
  })
  socket.on('error', (error) => (state.failed = error))
  return socket
}

async function startNginx(backend) {
  const port = await freePort()
  const folder = temporary('nginx')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream web { server 127.0.0.1:${backend}; keepalive ${CONNECTIONS}; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}
`,
  )
  const master = spawn(NGINX, ['-e', `${folder}/error.log`, '-c', file], { stdio: 'ignore' })
  const workers = await until(() => (childrenOf(master.pid).length > 0 ? childrenOf(master.pid) : undefined), {
    what: 'nginx to work',
  })
  return { port, workers, end: () => master.kill('SIGTERM') }
}
