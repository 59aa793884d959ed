/*
 * The entry point of the host: a program beside a test runner that supervises its stacks. When the runner ends, in whatever way, the
 * pipe from it ends, and the host removes all that the runner has left. It handles signals, and ends the process.
 */

import { createInterface } from 'node:readline'
import { type Embedded, embed } from '../manager/connect/embedded.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { MARKER } from '../model/tree/members.ts'
import { closeInheritedDescriptors } from '../system/process/descriptors.ts'
import { answerOf, parseRequest } from './host-protocol.ts'
import { removeByDaemon, removeLeftovers } from './leftovers.ts'
import { stacksFolder, stateFolder } from './place.ts'
import { removeStack } from './remove.ts'

/** ms without a stack after which the host ends. A file of tests may be about to start the next one. */
const LINGER = 1000

const stacks = new Map<string, Embedded>()
/** What was asked for and is not done. */
const asked = new Set<Promise<void>>()
let isOver = false
let idle: NodeJS.Timeout | undefined

async function open(stack: string): Promise<void> {
  const embedded = await embed(stateFolder(stack), {
    mode: 'foreground',
    launcher: null,
    isTemporary: true,
    lost: () => stacks.delete(stack),
  })
  if (!embedded) throw new Error(`${stack} has a supervisor already`)
  stacks.set(stack, embedded)
}

async function remove(stack: string): Promise<void> {
  const embedded = stacks.get(stack)
  // A daemon supervises it by now.
  if (!embedded) return removeByDaemon(stack)
  await removeStack(stack, {
    stop: () => embedded.control.stop({ all: true }),
    async end() {
      stacks.delete(stack)
      await embedded.close()
    },
  })
}

/** Removes everything, and ends. */
async function end(): Promise<void> {
  if (isOver) return
  isOver = true
  await Promise.allSettled(asked)
  const removed = await Promise.allSettled([...stacks.keys()].map(remove))
  for (const result of removed) if (result.status === 'rejected') complain(result.reason)
  await swept
  process.exit(0)
}

function complain(error: unknown): void {
  process.stderr.write(`${process.env.TUIX_DEBUG && error instanceof Error ? error.stack : reasonOf(error)}\n`)
}

function answer(id: number, error?: unknown): void {
  process.stdout.write(`${JSON.stringify(answerOf(id, error))}\n`)
}

function work(line: string): void {
  const request = parseRequest(line)
  if (!request) return
  clearTimeout(idle)
  const { id, action, stack } = request
  const work = (action === 'open' ? open(stack) : remove(stack))
    .then(
      () => answer(id),
      (error) => answer(id, error),
    )
    .finally(() => {
      asked.delete(work)
      lingerIfIdle()
    })
  asked.add(work)
}

function lingerIfIdle(): void {
  if (stacks.size === 0 && asked.size === 0) idle = setTimeout(() => void end(), LINGER)
}

closeInheritedDescriptors()
delete process.env[MARKER]
// Each stack listens for the end of this program.
process.setMaxListeners(0)
// The runner may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end())
process.on('uncaughtException', complain)
process.on('unhandledRejection', complain)
const swept = removeLeftovers(stacksFolder(), complain).catch(complain)
createInterface({ input: process.stdin })
  .on('line', work)
  .on('close', () => void end())
