import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export { sleep }

/** Runs a program to its end; resolves with its stdout, rejects if it fails. */
export async function run(program, args, { cwd, env } = {}) {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}: ${stderr || stdout}`)
  return stdout
}

/** Polls until the condition gives something, and resolves with that. */
export async function until(condition, { what = 'a condition', timeout = 30_000, every = 1 } = {}) {
  const deadline = performance.now() + timeout
  for (;;) {
    const found = condition()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`waited ${timeout / 1000} s for ${what}`)
    await sleep(every)
  }
}

/** A new temporary folder. */
export function temporary(name) {
  return realpathSync(mkdtempSync(join(tmpdir(), `bench-${name}-`)))
}
