// Clients of one port that never pause, and what has become of their requests.
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { connect } from 'node:net'

/** ms that a WebSocket lives, and between two of its messages. */
const SOCKET_LIVES = 400
const MESSAGE_EVERY = 20

/**
 * @param counts how many clients keep their connection, make a new one for each request, and have a WebSocket
 * @returns what has happened so far, and how to end
 */
export function clients(port, { keepAlive = 0, closing = 0, sockets = 0 } = {}) {
  const state = { isOver: false, requests: 0, messages: 0, latencies: [], failures: [], versions: new Map() }
  const each = (count, run) => Array.from({ length: count }, (_, i) => run(port, state, i))
  const all = Promise.all([
    ...each(keepAlive, (...given) => requests(true, ...given)),
    ...each(closing, (...given) => requests(false, ...given)),
    ...each(sockets, webSockets),
  ])
  return {
    state,
    /** Resolves when the last request has its answer. */
    async end() {
      state.isOver = true
      await all
      return state
    },
  }
}

async function requests(isKept, port, state, number) {
  const agent = new http.Agent({ keepAlive: isKept, maxSockets: 1 })
  for (let i = number; !state.isOver; i++) {
    const kind = i % 40
    const begun = performance.now()
    try {
      if (kind === 7) await request(port, agent, { path: '/slow' })
      else if (kind === 17) expectText(await request(port, agent, { path: '/parts' }), /^(part \d\n){4}end\n$/)
      else if (kind === 27) expectText(await upload(port, agent), /^100000$/)
      else {
        const { version } = await request(port, agent, { path: `/${i}` })
        state.latencies.push(performance.now() - begun)
        state.versions.set(version, (state.versions.get(version) ?? 0) + 1)
      }
      state.requests++
    } catch (error) {
      state.failures.push(`${isKept ? 'kept' : 'new'} connection: ${error.message}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  agent.destroy()
}

function expectText({ text }, pattern) {
  if (!pattern.test(text)) throw new Error(`answer ${JSON.stringify(text.slice(0, 50))}`)
}

function upload(port, agent) {
  return request(
    port,
    agent,
    { path: '/upload', method: 'POST' },
    Array.from({ length: 10 }, () => Buffer.alloc(10_000)),
  )
}

function request(port, agent, options, body = []) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port, agent, ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      response.on('end', () => {
        if (response.statusCode === 200) resolve({ text, version: response.headers['x-version'] })
        else reject(new Error(`status ${response.statusCode}`))
      })
      response.on('error', reject)
      response.on('aborted', () => reject(new Error('aborted')))
    })
    sent.on('error', reject)
    for (const bytes of body) sent.write(bytes)
    sent.end()
  })
}

async function webSockets(port, state) {
  while (!state.isOver) {
    try {
      await webSocket(port, state)
    } catch (error) {
      state.failures.push(`WebSocket: ${error.message}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Connects, has its messages echoed for a while, and closes. */
function webSocket(port, state) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    const begun = performance.now()
    let [held, isOpen, isClosing] = ['', false, false]
    const say = (kind, text) => {
      const mask = randomBytes(4)
      const payload = Buffer.from(text).map((byte, i) => byte ^ mask[i % 4])
      socket.write(Buffer.concat([Buffer.from([128 | kind, 128 | payload.length]), mask, payload]))
    }
    const next = () => {
      isClosing = performance.now() - begun > SOCKET_LIVES || state.isOver
      if (isClosing) say(8, '')
      else say(1, 'hello')
    }
    socket.on('connect', () =>
      socket.write(
        `GET /socket HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      ),
    )
    socket.on('data', (bytes) => {
      held += bytes.toString('latin1')
      if (!isOpen) {
        const end = held.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!held.startsWith('HTTP/1.1 101')) return socket.destroy(new Error(held.slice(0, 40)))
        held = held.slice(end + 4)
        isOpen = true
        return next()
      }
      if (held !== '\x81\x05hello') return
      held = ''
      state.messages++
      setTimeout(next, MESSAGE_EVERY)
    })
    socket.on('error', reject)
    socket.on('close', () => (isClosing ? resolve() : reject(new Error('closed without a reason'))))
    socket.on('end', () => socket.end())
  })
}
