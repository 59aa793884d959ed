import { readdirSync } from 'node:fs'
import { readLogs } from '../../src/logs/reading/read.ts'
import type { ResolvedProcess } from '../../src/model/config/config.ts'
import type { ProcessLog } from '../../src/model/views/logs.ts'
import { sourceOf } from '../../src/storage/paths.ts'
import { read } from '../helpers/processes.ts'
import { until } from '../helpers/until.ts'
import type { Model } from './model.ts'
import type { Order } from './operations.ts'
import { declaredName, mannerOf } from './processes.ts'
import { PATIENCE, type World } from './world.ts'

/** What is wrong with the numbered lines in the logs: of each child every one must be there once, in order. */
export async function lineComplaints(model: Model, world: World): Promise<string[]> {
  const files = readdirSync(`${world.tuixDir}/logs`)
  const names = files.flatMap((file) => /^(.+)\.index$/.exec(file)?.[1] ?? [])
  const complaints: string[] = []
  for (const name of names) {
    const config = { name, mergeLogs: name === 'merged' } as ResolvedProcess
    const logs = await readLogs([sourceOf(world.tuixDir, { config })], { streams: ['stdout', 'stderr'] })
    complaints.push(...complaintsOf(name, logs, model.flushed.has(declaredName(name))).slice(0, 10))
  }
  return complaints
}

/** The last lines that a command shows are the last that were written, in order, whatever the time of day was set to. */
export async function newestLines({ names, runtime }: Order, world: World): Promise<void> {
  if (world.isFull) return
  const states = await world.states()
  const state = states.find(
    ({ name, status }) => names.includes(declaredName(name)) && mannerOf(name) === 'stays' && status === 'running',
  )
  if (!state) return
  const { name, logFile } = state
  // What is started meanwhile has events, which are shown, too.
  await until(
    async () => {
      const newest = numbered(read(logFile).split('\n').at(-2) ?? '')
      const { stdout } = await world.ps(runtime, 'logs', name, '-n', '50', '--json')
      const shown = stdout.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as ProcessLog)))
      const lines = shown.filter(({ source }) => source !== 'system')
      const complaints = complaintsOf(name, lines, true)
      if (complaints.length > 0) throw new Error(complaints.join('\n'))
      const isShown = ({ message }: ProcessLog) => {
        const line = numbered(message)
        return line?.writer === newest?.writer && (line?.number ?? 0) >= (newest?.number ?? 0)
      }
      return newest === undefined || lines.some(isShown)
    },
    { timeoutMs: PATIENCE, what: `the newest lines of ${name}` },
  )
}

function numbered(line: string): { writer: string; number: number } | undefined {
  const [, writer, number] = /^line (\S+ \d+) (\d+)$/.exec(line) ?? []
  return writer === undefined ? undefined : { writer, number: Number(number) }
}

/** @param isCut whether the first lines may be missing */
function complaintsOf(name: string, logs: ProcessLog[], isCut: boolean): string[] {
  const last = new Map<string, number>()
  const complaints: string[] = []
  for (const { message } of logs) {
    // The shell's own words on what was killed under it.
    if (/^(?:Killed|Terminated)/.test(message)) continue
    const line = numbered(message)
    if (line === undefined) {
      complaints.push(`${name}: no child wrote ${JSON.stringify(message.slice(0, 200))}`)
      continue
    }
    const { writer, number } = line
    const before = last.get(writer)
    const isFirst = before === undefined && (number === 1 || isCut)
    if (!isFirst && number !== (before ?? 0) + 1)
      complaints.push(`${name}: ${writer} wrote ${number} after ${before ?? 'nothing'}`)
    last.set(writer, number)
  }
  return complaints
}
