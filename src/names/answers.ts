import { lastLinesNow } from '../logs/reading/last-lines-now.ts'
import { statusOf } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { LONGEST_HOLD } from '../model/names/availability.ts'
import { hostName } from '../model/names/names.ts'
import { maskText } from '../model/redaction/mask.ts'
import { snapshot } from '../model/views/snapshot.ts'
import { sourceOf } from '../storage/paths.ts'
import { projectFolder } from '../storage/project-names.ts'
import type { Directory } from './directory.ts'
import type { Page } from './pages.ts'
import type { Destination, Route, Router } from './router.ts'

const LINES = 20
/** Seconds after which a browser looks again whether a process is up. */
const AGAIN = 2

/** What the proxy says instead of passing a request on. Names and logs are only for the user's own programs. */
export class Answers {
  readonly #router: Router
  readonly #directory: Directory
  readonly #origin: (host: string) => string

  constructor(router: Router, directory: Directory, origin: (host: string) => string) {
    this.#router = router
    this.#directory = directory
    this.#origin = origin
  }

  /** For a name that leads to no process. */
  of(route: Exclude<Route, { type: 'process' }>, isOwn: boolean): Page {
    switch (route.type) {
      case 'foreign':
        return {
          status: 421,
          kind: 'foreign',
          title: 'Not a name of this proxy',
          texts: ['Names end with .localhost: PROCESS.PROJECT.localhost, or BRANCH.PROCESS.PROJECT.localhost.'],
        }
      case 'all':
        return this.#index(null, isOwn)
      case 'project':
        return this.#index(route.tuixDir, isOwn)
      case 'unknown':
        return {
          status: 404,
          kind: 'unknown',
          title: 'Nothing has this name',
          texts: [
            route.tuixDir === null
              ? 'No project of this user has it: a project is known once its processes have been started.'
              : 'The project has no process of this name with a port.',
          ],
          ...this.#links(route.tuixDir, isOwn),
        }
    }
  }

  /** For a process that takes no request. */
  down(tuixDir: string, { processes, state }: Destination, isOwn: boolean): Page {
    const [process] = processes
    const name = process?.config.instanceOf ?? process?.config.name ?? ''
    const held = state === 'soon' ? [`It took no request within ${LONGEST_HOLD / 1000} s.`] : []
    const title = process ? `${name} is ${wordFor(process)}` : 'Nothing has this name'
    const texts = isOwn ? [...processes.flatMap((one) => reasonOf(tuixDir, one)), ...held, hintOf(name, tuixDir)] : held
    const lines = isOwn ? linesOf(tuixDir, processes) : []
    return { status: 503, kind: 'down', title, texts, lines, again: AGAIN }
  }

  #index(tuixDir: string | null, isOwn: boolean): Page {
    const { links = [] } = this.#links(tuixDir, isOwn)
    const texts = isOwn && links.length === 0 ? ['No process with a port has been started yet.'] : []
    return { status: 200, kind: 'names', title: 'Processes by name', texts, links }
  }

  #links(tuixDir: string | null, isOwn: boolean): Pick<Page, 'links'> {
    if (!isOwn) return {}
    const links = [...this.#directory.names].flatMap(([folder, name]) => {
      if ('problem' in name || (tuixDir !== null && tuixDir !== folder)) return []
      return this.#router.processes(folder).flatMap((process) => {
        const host = hostName(name, process.config.name)
        return typeof host === 'string' ? [{ address: this.#origin(host), note: wordFor(process) }] : []
      })
    })
    return { links }
  }
}

export const LOOP: Page = {
  status: 508,
  kind: 'loop',
  title: 'The request goes in a circle',
  texts: [
    'The process that it was passed on to sends it back here. If it is a development server with a proxy of its own, let that one set the Host header of its target (Vite: changeOrigin: true).',
  ],
}

export const BAD_REQUEST: Page = {
  status: 400,
  kind: 'bad-request',
  title: 'Bad request',
  texts: ['The proxy passes on paths alone, and is none for other addresses.'],
}

/** @param isAnswered the answer had begun */
export function brokenPage(name: string): Page {
  return {
    status: 502,
    kind: 'broken',
    title: `${name} gave no answer`,
    texts: ['It closed the connection before it had answered.'],
    again: AGAIN,
  }
}

function wordFor({ phase }: ManagedProcess): string {
  return phase.type === 'completed' || phase.type === 'paused' ? phase.type : statusOf(phase.type)
}

function reasonOf(tuixDir: string, process: ManagedProcess): string[] {
  const { name, reason } = snapshot(process, sourceOf(tuixDir, process), null, Date.now())
  return reason === '' ? [] : [maskText(`${name}: ${reason}`)]
}

function linesOf(tuixDir: string, processes: ManagedProcess[]): string[] {
  const logs = lastLinesNow(
    processes.map((process) => sourceOf(tuixDir, process)),
    LINES,
  )
  return logs.map(({ source, message }) => maskText(source === 'system' ? `-- ${message} --` : message))
}

function hintOf(name: string, tuixDir: string): string {
  return `In ${projectFolder(tuixDir)}: tuix-ps start ${name}, or tuix-ps logs ${name}`
}
