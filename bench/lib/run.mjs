import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { interruptible } from './interruption.mjs'

/** So many ms. */
export function sleep(ms) {
  return interruptible(setTimeout(ms))
}

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
  const closed = once(child, 'close')
  try {
    await interruptible(closed)
  } catch (error) {
    // What it has begun is cleared away only once it begins nothing any more.
    child.kill('SIGTERM')
    await closed
    throw error
  }
  const [code] = await closed
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}: ${stderr || stdout}`)
  return stdout
}

/** Polls until the condition gives something, and resolves with that. */
export async function until(condition, { what = 'a condition', timeout = 30_000, every = 1 } = {}) {
  const deadline = performance.now() + timeout
  for (;;) {
    const found = await condition()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`waited ${timeout / 1000} s for ${what}`)
    await sleep(every)
  }
}

const folders = []

/** A new temporary folder. */
export function temporary(name) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `bench-${name}-`)))
  folders.push(folder)
  return folder
}

/** Removes what measures have left; for an interruption, which may come before a measure could see to it. */
export function removeTemporary() {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
