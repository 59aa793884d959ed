import { readdirSync } from 'node:fs'
import type { ProcessState } from '../../src/model/views/state.ts'
import { processesOf, zombiesOf } from '../helpers/processes.ts'
import { ageOf, type Carrier, carriersIn, send } from './carriers.ts'
import { lineComplaints } from './lines.ts'
import type { Model } from './model.ts'
import { mannerOf } from './processes.ts'
import type { World } from './world.ts'

/** ms in which everything must have come to what it should be, on a machine with ten times as much to do as it can. */
const SETTLE = 90_000
const LOOK_EVERY = 50
/** ms after its time that a next try may still be under way. */
const OVERDUE = 5000
/** ms to a next try, at most: the default of `maxRestartDelay`. */
const LONGEST_DELAY = 30_000
/** s by which an uptime may be wrong: less than 5 s count as no clock that was set, and are what a run that was found again may lack. */
const INEXACT = 6

/** Waits until the system is as the model says; throws with what is not. */
export async function settle(model: Model, world: World): Promise<void> {
  throwViolations(world)
  if (world.isFull) return
  const deadline = Date.now() + SETTLE
  for (;;) {
    const complaints = await look(model, world)
    throwViolations(world)
    if (complaints.length === 0) {
      // A supervisor that lives has put it aside.
      if (world.supervisor() !== undefined) world.watch.stateMayBeBroken = false
      return
    }
    if (Date.now() > deadline) throw new Error(complaints.join('\n'))
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}

function throwViolations({ watch }: World): void {
  if (watch.violations.length > 0) throw new Error(watch.violations.join('\n'))
}

async function look(model: Model, world: World): Promise<string[]> {
  const states = await world.states()
  resolveDoubts(model, states)
  const carriers = carriersIn(world.tuixDir)
  const supervisors = world.supervisors()
  const zombies = supervisors.flatMap(zombiesOf)
  return [
    ...[...model.wanted].flatMap(([name, want]) => {
      const state = states.find((found) => found.name === name)
      if (!state) return [`${name} is wanted ${want} and not known`]
      if (!isTime(state.lastExit?.lasted ?? 0, world.age)) return [`${name} lasted ${state.lastExit?.lasted} ms`]
      const own = carriers.filter((carrier) => carrier.name === name)
      return want === 'up' ? complaintsUp(state, own, model, world) : complaintsDown(state, own)
    }),
    ...(supervisors.length > 1 ? [`${supervisors.length} supervisors live: ${supervisors.join(', ')}`] : []),
    ...(zombies.length > 0 ? [`zombies: ${zombies.join(', ')}`] : []),
  ]
}

/** Where nobody can say what was told last, the product's own word counts; it must keep to it. */
function resolveDoubts(model: Model, states: ProcessState[]): void {
  for (const { name, wanted } of states) {
    const want = model.wanted.get(name) ?? 'either'
    if (want === 'either') model.wanted.set(name, wanted)
  }
  for (const [name, want] of model.wanted) if (want === 'either') model.forget(name)
}

/** Up, or it says why not. */
function complaintsUp(state: ProcessState, carriers: Carrier[], model: Model, { clock }: World): string[] {
  const { name, status, wanted, pid, run, reason, retryAt } = state
  const manner = mannerOf(name)
  const told = `${name} is wanted up and is ${status}${reason && ` (${reason})`}`
  if (wanted === 'down') {
    const isThrough = manner === 'completes' && status === 'stopped' && reason === 'completed'
    return isThrough ? [] : [`${told}, wanted down`]
  }
  switch (status) {
    case 'running': {
      const leader = carriers.find((carrier) => carrier.pid === pid && carrier.run === run)
      if (!leader) return [`${told} as pid ${pid}, run ${run}, which does not live`]
      const age = ageOf(leader.pid)
      if (Math.abs(state.uptime - age) > INEXACT) return [`${name} is up for ${age} s and says ${state.uptime} s`]
      const version = model.versions.get(name)
      const isRight = version === undefined || leader.environment.includes(`VERSION=${version}`)
      return isRight ? [] : [`${name} runs with another config than version ${version}`]
    }
    case 'restarting':
      if (retryAt === null || !isTime(retryAt + OVERDUE - clock.now(), OVERDUE + LONGEST_DELAY))
        return [`${told}, next at ${retryAt}, and it is ${clock.now()}`]
      return reason === '' ? [told] : []
    case 'starting':
      return reason.startsWith('waiting for ') || manner !== 'stays' ? [] : [told]
    case 'error':
      return manner === 'ends' && reason !== '' ? [] : [told]
    default:
      return manner === 'stays' ? [told] : []
  }
}

/** ms that can be: clocks that are set make none of less than nothing, or of hours. */
function isTime(ms: number, longest: number): boolean {
  return ms >= 0 && ms <= longest
}

/** Down, with everything that it started. */
function complaintsDown({ name, status, wanted, reason }: ProcessState, carriers: Carrier[]): string[] {
  const left = carriers.map(({ pid, run }) => `pid ${pid} of run ${run}`)
  if (left.length > 0) return [`${name} is wanted down, and there lives ${left.join(', ')}; ${status} ${reason}`]
  if (wanted === 'up') return [`${name} is wanted down and says that it is wanted up`]
  return status === 'stopped' || status === 'error' || status === 'crashed'
    ? []
    : [`${name} is wanted down and ${status}`]
}

/** Files that may be left in the folder when everything has ended. */
const KEPT =
  /^(?:\.gitignore|declared\.json|state\.json(?:\.bak)?(?:\.corrupt-\d+)?|events\.jsonl(?:\.1)?|supervisor\.log|lock\.\d+|logs|crashes|good-runs)$/

/** Everything is stopped and the supervisor ends: nothing of it is left, and no line was lost. */
export async function finish(model: Model, world: World): Promise<void> {
  world.free()
  await settle(model, world)
  const stopped = await world.ps('node', 'stop', '--all', '--json')
  if (stopped.code !== 0) throw new Error(`stop --all exited with ${stopped.code}: ${stopped.stderr}${stopped.stdout}`)
  const left = carriersIn(world.tuixDir)
  if (left.length > 0) throw new Error(`after stop --all there lives ${left.map(({ name, pid }) => `${name} ${pid}`)}`)
  for (const pid of world.supervisors()) send(pid, 'SIGTERM')
  const deadline = Date.now() + SETTLE
  while (processesOf(world.project.path).length > 0) {
    if (Date.now() > deadline) throw new Error(`at the end there lives ${processesOf(world.project.path)}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
  throwViolations(world)
  const files = readdirSync(world.tuixDir).filter((name) => !KEPT.test(name))
  if (files.length > 0) throw new Error(`left behind: ${files.join(', ')}`)
  const complaints = world.canFill ? [] : await lineComplaints(model, world)
  if (complaints.length > 0) throw new Error(complaints.join('\n'))
}
