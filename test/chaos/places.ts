/* Folders and files that go, come back, or are copied. */
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Project } from '../helpers/project.ts'
import { carriersIn, killMember, lives } from './carriers.ts'
import { judge } from './judge.ts'
import type { Operation } from './operations.ts'
import { mannerOf, PLACE, PROGRAM } from './processes.ts'
import { PATIENCE, type World } from './world.ts'

/** What is missing comes back: so must the process. */
export async function vanish({ what, ms }: Extract<Operation, { do: 'vanish' }>, world: World): Promise<void> {
  const path = world.project.file(what === 'program' ? PROGRAM : PLACE)
  renameSync(path, `${path}.away`)
  killMember(world.tuixDir, what === 'program' ? 'linked' : 'placed', 0)
  await pause(ms)
  renameSync(`${path}.away`, path)
}

export async function move({ ms }: Extract<Operation, { do: 'move' }>, world: World): Promise<void> {
  const { path } = world.project
  const elsewhere = `${path}-elsewhere`
  renameSync(path, elsewhere)
  try {
    await pause(ms)
    if (existsSync(path)) throw new Error(`the folder was moved away, and is made again: ${readdirSync(path)}`)
  } finally {
    if (!existsSync(path)) renameSync(elsewhere, path)
    else rmSync(elsewhere, { recursive: true, force: true })
  }
}

/** Whatever is done in a copy, nothing of the original is touched. */
export async function copy({ runtime }: Extract<Operation, { do: 'copy' }>, world: World): Promise<void> {
  const target = new Project()
  try {
    cpSync(world.project.path, target.path, { recursive: true, filter: (file) => !/\.(?:sock|tmp)$/.test(file) })
    const before = carriersIn(world.tuixDir).filter(({ leads, name }) => leads && mannerOf(name) === 'stays')
    for (const args of [
      ['list', '--json'],
      ['stop', '--all', '--json'],
    ]) {
      judge(await target.psWith({ runtime, timeoutMs: PATIENCE, env: world.clock.env }, ...args), world)
    }
    const dead = before.filter((carrier) => !lives(carrier))
    if (dead.length > 0) throw new Error(`a stop in a copy ended ${dead.map(({ name, pid }) => `${name} ${pid}`)}`)
  } finally {
    await target.dispose()
  }
}
