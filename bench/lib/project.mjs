import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../dist/tuix-ps.js', import.meta.url))

/** Runs a program to its end; resolves with its stdout, rejects if it fails. */
export async function run(program, args, cwd) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}: ${stdout}`)
  return stdout
}

/** A temp folder with these processes declared, managed by the built command on one runtime. */
export function project(program, processes) {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'bench-')))
  writeFileSync(join(path, 'processes.json'), JSON.stringify(processes))
  const ps = (...args) => run(program, [COMMAND, ...args], path)
  const supervisor = () => JSON.parse(readFileSync(join(path, '.tuix/supervisor.json'), 'utf8')).identity.pid
  return {
    path,
    ps,
    /** Children that the supervisor has at this moment. */
    children() {
      const pid = supervisor()
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).length
    },
    async dispose() {
      await ps('stop', '--all')
      const pid = supervisor()
      process.kill(pid, 'SIGTERM')
      for (let tries = 0; tries < 200 && lives(pid); tries++) await sleep(10)
      rmSync(path, { recursive: true, force: true })
    },
  }
}

function lives(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
