// What Linux tells of processes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

export function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Whether it lives; a zombie does not. */
export function isAlive(pid) {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== '' && !'ZX'.includes(stat[stat.lastIndexOf(')') + 2])
}

/** Pids of the children of all threads. */
export function childrenOf(pid) {
  return threadsOf(pid)
    .flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).trim().split(' '))
    .filter(Boolean)
    .map(Number)
}

/** Processor time of each living thread in ns; for `cpuSince`. */
export function cpuNow(pid) {
  return new Map(threadsOf(pid).map((thread) => [thread, usedBy(pid, thread)]))
}

/** ms of processor time since `before`. What a thread used that has ended meanwhile is not known, and does not count. */
export function cpuSince(pid, before) {
  let used = 0
  for (const thread of threadsOf(pid)) used += usedBy(pid, thread) - (before.get(thread) ?? 0)
  return used / 1e6
}

function usedBy(pid, thread) {
  return Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0])
}

/** MiB in memory, and of shared pages a fair part only. */
export function memoryOf(pid) {
  const rollup = read(`/proc/${pid}/smaps_rollup`)
  const mib = (key) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]) / 1024
  return { rss: mib('Rss'), pss: mib('Pss') }
}

/** Begins a new measurement of `peakMemoryOf`. */
export function resetPeakMemory(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Most MiB that it has had since. */
export function peakMemoryOf(pid) {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]) / 1024
}

/** Pids of all living processes of which the command line holds these words. */
export function findProcesses(words) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').includes(words) && isAlive(pid))
    .map(Number)
}

/** Ends it whatever it is doing; one that is gone already is fine. */
export function kill(pid, signal = 'SIGKILL') {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}
