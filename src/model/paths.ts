import type { LogSource } from './logs.ts'
import type { ManagedProcess } from './process.ts'

/** What lies where in a supervisor's folder; `/` separates on every platform that Node runs on. */
export function pathsOf(tuixDir: string) {
  return {
    info: `${tuixDir}/supervisor.json`,
    state: `${tuixDir}/state.json`,
    events: `${tuixDir}/events.jsonl`,
    /** As of which config files everything runs as declared. */
    declared: `${tuixDir}/declared.json`,
    logs: `${tuixDir}/logs`,
    /** What a daemon prints, normally nothing. */
    output: `${tuixDir}/supervisor.log`,
  }
}

/** The second copy of a state file, for when somebody deletes or damages the first. It is never the older of the two. */
export function copyOf(state: string): string {
  return `${state}.bak`
}

/** Where a process's log is. */
export function sourceOf(tuixDir: string, { config }: Pick<ManagedProcess, 'config'>): LogSource {
  const { logs, events } = pathsOf(tuixDir)
  const { name, mergeLogs } = config
  const logFile = config.logFile ?? `${logs}/${name}.out.log`
  return {
    name,
    logFile,
    errorFile: mergeLogs ? logFile : (config.errorFile ?? `${logs}/${name}.err.log`),
    indexFile: `${logs}/${name}.index`,
    eventsFile: events,
  }
}
