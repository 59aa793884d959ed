import { readdirSync } from 'node:fs'
import { readLogs } from '../../src/logs/read.ts'
import type { ResolvedProcess } from '../../src/model/config.ts'
import { sourceOf } from '../../src/model/paths.ts'
import type { Model } from './model.ts'
import { declaredName } from './processes.ts'
import type { World } from './world.ts'

/** What is wrong with the numbered lines in the logs: of each child every one must be there once, in order. */
export async function lineComplaints(model: Model, world: World): Promise<string[]> {
  const files = readdirSync(`${world.tuixDir}/logs`)
  const names = files.flatMap((file) => /^(.+)\.index$/.exec(file)?.[1] ?? [])
  const complaints: string[] = []
  for (const name of names) complaints.push(...(await complaintsOf(name, model, world)))
  return complaints
}

async function complaintsOf(name: string, model: Model, world: World): Promise<string[]> {
  const config = { name, mergeLogs: name === 'merged' } as ResolvedProcess
  const logs = await readLogs([sourceOf(world.tuixDir, { config })], { streams: ['stdout', 'stderr'] })
  const last = new Map<string, number>()
  const complaints: string[] = []
  for (const { message } of logs) {
    // The shell's own words on what was killed under it.
    if (/^(?:Killed|Terminated)/.test(message)) continue
    const [, writer, text] = /^line (\S+ \d+) (\d+)$/.exec(message) ?? []
    if (writer === undefined) {
      complaints.push(`${name}: no child wrote ${JSON.stringify(message.slice(0, 200))}`)
      continue
    }
    const number = Number(text)
    const before = last.get(writer)
    const isFirst = before === undefined && (number === 1 || model.flushed.has(declaredName(name)))
    if (!isFirst && number !== (before ?? 0) + 1)
      complaints.push(`${name}: ${writer} wrote ${number} after ${before ?? 'nothing'}`)
    last.set(writer, number)
  }
  return complaints.slice(0, 10)
}
