import { readdirSync } from 'node:fs'
import type { Activity } from '../../model/lifecycle/boot.ts'
import { listeningPorts } from '../net/ports.ts'
import { HAS_PROC, readText, TICK_MS } from './proc.ts'

/** What a process and its descendants do. One that is just ending counts as busy. Null if that is unknown on this system. */
export function readActivity(leader: number, at: number): Activity | null {
  if (!HAS_PROC) return null
  const pids = [leader]
  let cpu = 0
  let isBusy = false
  for (const pid of pids) {
    const own = readFields(`/proc/${pid}/stat`)
    if (pid === leader) isBusy = own === undefined || own[0] === 'Z' || own[0] === 'X'
    if (!own) continue
    // User and system time, also of the children that have ended.
    cpu += [14, 15, 16, 17].reduce((sum, n) => sum + Number(own[n - 3]), 0) * TICK_MS
    for (const thread of threadsOf(pid)) {
      const state = readFields(`${thread}/stat`)?.[0]
      isBusy ||= state === 'R' || state === 'D'
      for (const child of (readText(`${thread}/children`) ?? '').split(' ')) if (child.trim()) pids.push(Number(child))
    }
  }
  return { at, cpu, isBusy, listens: () => listeningPorts(pids).length > 0 }
}

/** The fields of proc_pid_stat(5) from the third on. */
function readFields(file: string): string[] | undefined {
  const text = readText(file)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
  } catch {
    return []
  }
}
