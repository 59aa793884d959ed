import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { child } from '../helpers/children.ts'
import { NamesUser } from '../helpers/names.ts'
import { isRoot, NOBODY, psAsNobody } from '../helpers/nobody.ts'
import { tempProject } from '../helpers/project.ts'
import { executable, REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'
import { describeWith } from '../integration/programs.ts'

const HOST = 'web.shop.localhost'
const hasStore = existsSync('/usr/sbin/update-ca-certificates')

let user: NamesUser
const others: NamesUser[] = []
const file = (name: string) => user.home.file(`state/tuix/proxy/${name}`)
const authority = () => readFileSync(file('ca.pem'), 'utf8')

beforeAll(async () => {
  user = new NamesUser()
  await user.startProxy()
  user.home.write('shop/processes.json', { processes: [child('web', 'site', { port: 'auto' })] })
  await user.ps('shop', 'start', 'web')
  // The first handshake makes the authority.
  await handshake(HOST).catch(() => {})
}, 120_000)
afterAll(async () => {
  for (const each of [user, ...others]) await each.dispose()
})

/** The names in the certificate that is shown for a name. */
function handshake(servername: string, ca?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: user.https,
      servername,
      ...(ca ? { ca } : { rejectUnauthorized: false }),
    }
    const socket = connectTls(options, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

describe('HTTPS by name', () => {
  it('has a certificate for each name that programs believe who trust the authority', async () => {
    const ca = authority()
    expect(await handshake(HOST, ca)).toBe(`DNS:${HOST}`)
    expect(await handshake('branch.web.shop.localhost', ca)).toBe('DNS:branch.web.shop.localhost')
    await expect(handshake('example.com', ca)).rejects.toThrow()
    const names = await Promise.all(Array.from({ length: 50 }, (_, i) => handshake(`x${i}.shop.localhost`, ca)))
    expect(new Set(names).size).toBe(50)
  })

  it('passes on HTTP/1.1', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: user.https, servername: HOST, ca: authority(), method: 'POST' }
      const asked = request({ ...options, headers: { host: HOST } }, (received) => {
        let text = ''
        received.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        received.on('end', () => resolve(text))
      })
      asked.on('error', reject).end('x'.repeat(1_000_000))
    })
    expect(JSON.parse(answer)).toMatchObject({
      method: 'POST',
      size: 1_000_000,
      headers: { 'x-forwarded-proto': 'https' },
    })
  })

  it('passes on HTTP/2: many requests at once, bodies, events, and a reader that goes', async () => {
    const session = connectHttp2(`https://127.0.0.1:${user.https}`, { ca: authority(), servername: HOST })
    const ask = (headers: Record<string, string>, body?: string, isEnough = (_: string) => false) =>
      new Promise<string>((resolve, reject) => {
        let text = ''
        const stream = session.request({ ':authority': HOST, ...headers }, { endStream: body === undefined })
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          if (isEnough(text)) stream.close()
        })
        stream.on('error', reject)
        stream.on('close', () => resolve(text))
        if (body !== undefined) stream.end(body)
      })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask({ ':path': `/${i}` })))
    expect(answers.map((answer) => JSON.parse(answer).url)).toEqual(answers.map((_, i) => `/${i}`))
    const posted = JSON.parse(await ask({ ':path': '/', ':method': 'POST', cookie: 'a=1' }, 'x'.repeat(500_000)))
    expect(posted).toMatchObject({
      method: 'POST',
      size: 500_000,
      httpVersion: '1.1',
      headers: { host: HOST, cookie: 'a=1' },
    })
    expect(await ask({ ':path': '/events' }, undefined, (text) => text.includes('data: 3'))).toContain('data: 1\n\n')
    await until(async () => (await user.ps('shop', 'logs', 'web')).stdout.includes('reader is gone'))
    expect(await ask({ ':path': '/', ':authority': 'none.shop.localhost' })).toContain('Nothing has this name')
    session.destroy()
  })

  it('talks by WebSocket', async () => {
    const head = [
      'GET / HTTP/1.1',
      `Host: ${HOST}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: x',
    ]
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connectTls({ host: '127.0.0.1', port: user.https, servername: HOST, ca: authority() }, () => {
        socket.write(`${head.join('\r\n')}\r\n\r\n\x81\x82\0\0\0\0hi`, 'latin1')
      })
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk
        if (text.endsWith('echo hi')) socket.destroy()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 101 .*echo hi$/s)
  })

  it.skipIf(!isRoot || !hasStore)('is believed after `trust` until `untrust`, in a namespace of its own', async () => {
    // Of its own: nothing outside of the namespace may ever take back what was done inside.
    const own = new NamesUser()
    others.push(own)
    await own.startProxy()
    own.home.write('shop/processes.json', { processes: [child('web', 'site', { port: 'auto' })] })
    await own.ps('shop', 'start', 'web')
    mkdirSync(own.home.file('ssl'), { recursive: true })
    const ps = `${executable()} ${REPOSITORY}/dist/tuix-ps.js proxy`
    const ask = `curl -sS https://${HOST}:${own.https}/ && echo " code 0" || echo " code $?"`
    const script = [
      'mount -t tmpfs tmpfs /usr/local/share/ca-certificates',
      'cp -a /etc/ssl/. ssl',
      'mount --bind ssl /etc/ssl',
      ask,
      `${ps} trust`,
      ask,
      'until grep \'"isTrusted":true\' state/tuix/proxy/names.json; do sleep 0.05; done; echo',
      `${ps} untrust`,
      ask,
    ]
    const before = readdirSync('/usr/local/share/ca-certificates')
    const out = execFileSync('unshare', ['-m', 'sh', '-ec', `exec 2>&1\n${script.join('\n')}`], {
      cwd: own.home.path,
      env: { ...process.env, ...own.env },
      encoding: 'utf8',
    })
    expect(out).toMatch(
      / code 60\n.*^trusted by the system\n\{"pid".* code 0\n.*"isTrusted":true.*^no longer trusted by the system\n.* code 60\n/ms,
    )
    expect(readdirSync('/usr/local/share/ca-certificates')).toEqual(before)
  })

  it.skipIf(!isRoot || !hasStore)('prints what takes root for whoever is not', async () => {
    const project = tempProject()
    chownSync(project.path, NOBODY, NOBODY)
    const { code, stderr } = await psAsNobody(project, 'proxy', 'trust')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /needs root, which you can give it: sudo cp \S+ca\.pem \S+\.crt && sudo update-ca-certificates$/m,
    )
    expect(await psAsNobody(project, 'proxy', 'untrust')).toMatchObject({ code: 0 })
    expect(existsSync(project.file('.local/state/tuix/proxy/ca-key.pem'))).toBe(false)
    await project.dispose()
  })

  it('is off with one sentence if a file of the authority is not as it was made', async () => {
    await user.ps('.', 'proxy', 'stop')
    await user.ps('.', 'proxy', 'untrust')
    await user.ps('.', 'proxy', 'start')
    await handshake(HOST)
    chmodSync(file('ca-key.pem'), 0o644)
    await user.ps('.', 'proxy', 'stop')
    const { code, stderr } = await user.ps('.', 'proxy', 'start')
    expect(code).toBe(0)
    expect(stderr).toContain(
      'ca-key.pem is not used, because others may read it: run tuix-ps proxy untrust, which deletes it',
    )
    expect((await user.ask(HOST)).status).toBe(200)
    await expect(handshake(HOST)).rejects.toThrow()
    await user.ps('.', 'proxy', 'untrust')
    await user.ps('.', 'proxy', 'stop')
    expect((await user.ps('.', 'proxy', 'start')).stderr).not.toContain('ca-key')
    expect(await handshake(HOST)).toBe(`DNS:${HOST}`)
  })
})

describeWith(['chromium'], 'HTTPS in a browser', () => {
  it('is HTTP/2, with WebSockets beside it', async () => {
    const browser = await launchBrowser()
    try {
      const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
      await page.goto(`https://${HOST}:${user.https}/`)
      expect(JSON.parse((await page.textContent('body')) ?? '').headers).toMatchObject({ 'x-forwarded-proto': 'https' })
      const protocol = await page.evaluate<string>('performance.getEntriesByType("navigation")[0].nextHopProtocol')
      expect(protocol).toBe('h2')
      const heard = await page.evaluate<string>(`new Promise((resolve, reject) => {
        const socket = new WebSocket('/chat')
        socket.onopen = () => socket.send('hi')
        socket.onmessage = ({ data }) => resolve(data)
        socket.onerror = () => reject(new Error('no socket'))
      })`)
      expect(heard).toBe('echo hi')
    } finally {
      await browser.close()
    }
  })
})
