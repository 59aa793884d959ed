import { existsSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '../../src/client/client.ts'
import { alive } from '../helpers/processes.ts'
import type { Finished } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'
import { carriersIn, killMember, send } from './carriers.ts'
import { judge } from './judge.ts'
import { newestLines } from './lines.ts'
import type { Model } from './model.ts'
import type { Operation, Order } from './operations.ts'
import { copy, move, vanish } from './places.ts'
import { declaredName, mannerOf } from './processes.ts'
import { PATIENCE, type World } from './world.ts'

/** Does it to the real thing, and notes in the model what must follow from it. Throws on an answer that must not be. */
export async function perform(operation: Operation, model: Model, world: World): Promise<void> {
  switch (operation.do) {
    case 'order':
      return await undisturbed(operation, model, world)
    case 'change':
      world.configure(operation.names)
      return await undisturbed(operation, model, world)
    case 'scale':
      return await scale(operation, model, world)
    case 'list':
      judge(await world.ps(operation.runtime, 'list', '--json'), world)
      return
    case 'flush':
      for (const name of operation.names) model.flushed.add(name)
      await world.ps(operation.runtime, 'flush', ...operation.names, '--json')
      return
    case 'both':
      return await both(operation.orders, model, world)
    case 'kill-child':
      return killMember(world.tuixDir, operation.name, operation.member)
    case 'kill-during':
      return await disturbed(operation, model, world, async () => {
        await pause(operation.after)
        await world.killSupervisors()
      })
    case 'kill-supervisor':
      await world.killSupervisors()
      return lostOnFullDisk(model, world)
    case 'release':
      return await release(model, world)
    case 'pause':
      return await paused(operation, model, world)
    case 'delete-socket':
      return await deleteSocket(world)
    case 'break-state':
      return await breakState(operation, model, world)
    case 'freeze':
      return await freeze(operation, world)
    case 'set-clock':
      // Whoever orders and whoever obeys notices nothing.
      await Promise.all([
        undisturbed(operation, model, world),
        pause(operation.after).then(() => world.clock.set(operation.hours)),
      ])
      return await newestLines(operation, world)
    case 'vanish':
      return await vanish(operation, world)
    case 'undeclare':
      return await undeclare(operation, model, world)
    case 'flap':
      return await flap(operation, model, world)
    case 'move':
      return await move(operation, world)
    case 'copy':
      return await copy(operation, world)
    case 'fill-disk':
      if (!world.isFull) return world.fill()
      world.free()
      // What could not be written before is written a second later.
      await pause(3000)
      return
    default:
      operation satisfies never
  }
}

/** Nothing comes between: it must be answered, and what stays up must come up. */
async function undisturbed(order: Order, model: Model, world: World): Promise<void> {
  if (world.isFull) return await disturbed(order, model, world, async () => {})
  const finished = await command(order, world)
  learn(order, finished, model, world)
  if (![0, 1, 4].includes(finished.code ?? -1)) throw refused(order, finished)
  for (const { name, ok, code, message } of world.outcomes(finished)) {
    if (!ok && code !== 'unknown-process' && mannerOf(name) === 'stays' && world.names.includes(declaredName(name)))
      throw new Error(`${order.verb} ${name}: ${message}`)
  }
}

/** Something happens meanwhile: whatever comes of it is told in words, and what it was told counts only if it was told so. */
async function disturbed(order: Order, model: Model, world: World, meanwhile: () => Promise<void>): Promise<void> {
  model.doubt(concerned(order))
  const [finished] = await Promise.all([command(order, world), meanwhile()])
  judge(finished, world)
  if (finished.code === 0 && !world.isFull) learn(order, finished, model, world)
  lostOnFullDisk(model, world)
}

async function both(orders: [Order, Order], model: Model, world: World): Promise<void> {
  for (const order of orders) model.doubt(concerned(order))
  const finished = await Promise.all(orders.map((order) => command(order, world)))
  for (const result of finished) judge(result, world)
  const [first, second] = orders.map(concerned) as [string[], string[]]
  if (first.some((name) => second.includes(name)) || world.isFull) return
  orders.forEach((order, i) => {
    learn(order, finished[i] as Finished, model, world)
  })
}

async function scale(
  { instances, runtime }: Extract<Operation, { do: 'scale' }>,
  model: Model,
  world: World,
): Promise<void> {
  model.doubt(['pool'])
  const finished = await world.ps(runtime, 'scale', `pool=${instances}`, '--json')
  judge(finished, world)
}

async function release(model: Model, world: World): Promise<void> {
  const info = world.project.supervisor()
  if (!info || world.supervisor() === undefined) return
  await createClient(info.socket)
    .release({})
    .catch(() => {})
  await until(() => world.supervisor() !== info.identity.pid, {
    timeoutMs: PATIENCE,
    what: 'the end of the released supervisor',
  })
  lostOnFullDisk(model, world)
}

async function paused(
  { ms, ...order }: Extract<Operation, { do: 'pause' }>,
  model: Model,
  world: World,
): Promise<void> {
  const pid = world.supervisor()
  if (pid !== undefined) send(pid, 'SIGSTOP')
  const goOn = pause(ms).then(() => {
    if (pid !== undefined) send(pid, 'SIGCONT')
  })
  try {
    await undisturbed(order, model, world)
  } finally {
    await goOn
  }
}

async function deleteSocket(world: World): Promise<void> {
  const info = world.project.supervisor()
  if (!info || world.supervisor() === undefined) return
  rmSync(info.socket, { force: true })
  if (world.isFull) return
  await until(() => existsSync(info.socket) || world.supervisor() === undefined, {
    timeoutMs: PATIENCE,
    what: 'the socket to come back',
  })
}

/** What runs must be known again, with the same pid. What was told is forgotten only where the copy is lost as well. */
async function breakState(
  { how, both }: Extract<Operation, { do: 'break-state' }>,
  model: Model,
  world: World,
): Promise<void> {
  world.watch.stateMayBeBroken = true
  await world.killSupervisors()
  if (both || world.isFull || !world.hasCopy) {
    model.doubtAll()
    world.mayLackSources = true
  }
  world.breakState(how, both)
  if (!world.isFull) {
    const living = carriersIn(world.tuixDir).filter(({ name, leads }) => leads && mannerOf(name) === 'stays')
    const states = await world.states()
    for (const { name, pid } of living.filter((carrier) => carrier.name !== 'family')) {
      const found = states.find((state) => state.name === name)
      if (found?.pid !== pid) throw new Error(`${name} runs as ${pid} and is known as ${JSON.stringify(found)}`)
    }
  }
}

async function freeze({ runtime }: Extract<Operation, { do: 'freeze' }>, world: World): Promise<void> {
  const pid = world.supervisor()
  if (pid === undefined) return
  send(pid, 'SIGSTOP')
  try {
    const list = await world.ps(runtime, 'list', '--json')
    judge(list, world)
    if (!list.stderr.includes(`supervisor ${pid} does not answer`)) {
      throw new Error(`the supervisor is frozen, and list says nothing of it: ${list.stderr}`)
    }
    const restart = await world.ps(runtime, 'supervisor', 'restart')
    if (restart.code !== 0) throw new Error(`supervisor restart exited with ${restart.code}: ${restart.stderr}`)
    if (alive(pid)) throw new Error(`supervisor ${pid} lives after a restart of it`)
  } finally {
    send(pid, 'SIGCONT')
  }
}

async function undeclare(
  { names, runtime }: Extract<Operation, { do: 'undeclare' }>,
  model: Model,
  world: World,
): Promise<void> {
  const gone = names.includes('steady-a') ? [...names, 'dependent'] : names
  const left = world.names.filter((name) => !gone.includes(name))
  model.doubt(world.names)
  world.declare(left)
  const applied = await world.ps(runtime, 'apply', '--json')
  judge(applied, world)
  if (applied.code === 0 && !world.isFull && !world.mayLackSources) {
    const known = (await world.states()).map(({ name }) => declaredName(name)).filter((name) => gone.includes(name))
    if (known.length > 0) throw new Error(`${known} is not declared any more, and still known after apply`)
  }
  world.declare(world.names)
  const again = await world.ps(runtime, 'apply', '--json')
  judge(again, world)
  if (again.code === 0 && !world.isFull) world.mayLackSources = false
}

async function flap({ kills, runtime }: Extract<Operation, { do: 'flap' }>, model: Model, world: World): Promise<void> {
  const order: Order = { verb: 'restart', names: ['dependent', 'steady-a'], runtime }
  await disturbed(order, model, world, async () => {
    for (let i = 0; i < kills; i++) {
      await pause(150)
      killMember(world.tuixDir, 'steady-a', 0)
    }
  })
}

/** On a full disk nothing could be written of what was told since. */
function lostOnFullDisk(model: Model, world: World): void {
  if (!world.isFull) return
  model.doubtAll()
  world.mayLackSources = true
}

function command({ verb, names, runtime }: Order, world: World): Promise<Finished> {
  return world.ps(runtime, verb, ...names.filter((name) => world.names.includes(name)), '--json')
}

/** The names that an order is about, what they depend on included. */
function concerned({ names }: Order): string[] {
  return names.includes('dependent') ? [...names, 'steady-a'] : names
}

/** What the product said is what it must keep to. */
function learn({ verb }: Order, finished: Finished, model: Model, world: World): void {
  for (const { name, ok, code, message } of world.outcomes(finished)) {
    if (code === 'unknown-process') model.forget(name)
    else if (!ok && code !== 'start-failed') model.doubt([name])
    else if (verb === 'stop') model.want([name], 'down')
    else {
      model.want([name], 'up')
      if (message !== 'already running') model.versions.set(name, world.version(declaredName(name)))
    }
  }
}

function refused({ verb, names }: Order, { code, stdout, stderr }: Finished): Error {
  return new Error(`${verb} ${names.join(' ')} exited with ${code}: ${stderr}${stdout}`)
}
