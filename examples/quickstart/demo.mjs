// The main job of a process manager on two real processes, step by step, each command shown as one would type it:
// start a server and a worker, list them, ask the server over HTTP, read logs, kill the worker and see it come back,
// stop everything. Exits with 1 if anything is not as it should be; leaves nothing running. With `--web` it starts both
// and prints the address of the dashboard instead, until Ctrl-C.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const command = fileURLToPath(new URL('../../dist/tuix-ps.js', import.meta.url))
const port = await freePort()

/** Runs `tuix-ps ARGS` here; resolves with its stdout. */
async function run(args, echo) {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', echo && process.stdout.isTTY ? 'inherit' : 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  const [code] = await once(child, 'close')
  if (echo) process.stdout.write(stdout)
  check(code === 0, `tuix-ps ${args.join(' ')} exited with ${code}`)
  return stdout
}

function ps(...args) {
  console.log(`\n$ tuix-ps ${args.join(' ')}`)
  return run(args, true)
}

async function states() {
  return JSON.parse(await run(['list', '--json'], false))
}

/** Polls the worker's state until it is as wanted. */
async function worker(what, wanted) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    const state = (await states()).find(({ name }) => name === 'worker')
    if (state && wanted(state)) return state
  }
  throw new Error(`the worker is not ${what} after 10 s`)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

function check(holds, sentence) {
  if (!holds) throw new Error(sentence)
}

function alive(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function demo() {
  console.log(`A server and a worker, declared in examples/quickstart/tuix.config.ts (PORT=${port})`)
  await ps('start', '--all')
  await ps('list')
  const started = await states()
  check(started.length === 2 && started.every(({ status }) => status === 'running'), 'not everything runs')

  console.log(`\n$ curl http://127.0.0.1:${port}/`)
  const { done } = await (await fetch(`http://127.0.0.1:${port}/`)).json()
  console.log(JSON.stringify({ done }))

  await sleep(700)
  const logs = await ps('logs', 'web', '--lines', '4')
  check(process.stdout.isTTY || logs.includes('reported'), 'the log does not have what the server said')

  const { pid } = started.find(({ name }) => name === 'worker')
  console.log(`\n$ kill -KILL ${pid}   # the worker`)
  process.kill(pid, 'SIGKILL')
  // On a slow machine it may be back before anybody has seen it wait.
  await worker('noticed', ({ status, restarts }) => status === 'restarting' || restarts > 0)
  await ps('list')
  const again = await worker('running again', (state) => state.status === 'running' && state.pid !== pid)
  check(again.restarts === 1, `the worker was restarted ${again.restarts} times`)
  await ps('status', 'worker')

  await ps('stop', '--all')
  await ps('list')
  const pids = [...started, again].map((state) => state.pid)
  check(!pids.some(alive), 'something still runs')
}

/** Both processes with the dashboard, until a signal stops them. */
async function dashboard() {
  await ps('start', '--all')
  await ps('web')
  console.log('\nOpen this address in a browser. Ctrl-C stops everything.')
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve)
    // Alive until then.
    setInterval(() => {}, 60_000)
  })
  await ps('web', '--off')
  await ps('stop', '--all')
  process.exit(0)
}

try {
  if (process.argv.includes('--web')) await dashboard()
  await demo()
  console.log('\nEverything was as it should be. The supervisor, idle now, leaves by itself.')
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`)
  process.exitCode = 1
  await run(['stop', '--all'], false).catch(() => {})
}
