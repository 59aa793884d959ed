import { signal } from '@preact/signals'
import { counted } from '../commands/format/units.ts'
import type { Outcome, ProcessState } from '../src/index.ts'
import { post } from './api.ts'
import { dependentsOf, processes, refresh } from './state.ts'

/** ms after which an answer comes although a start is not done: connections of a browser are few. */
const LONGEST_WAIT = 5000

export type Action = 'start' | 'stop' | 'restart' | 'reload' | 'pause' | 'resume'

/** What a command is for. */
export type Target = { name: string } | { group: string } | { all: true }

export interface Notice {
  id: number
  tone: 'good' | 'bad' | 'plain'
  text: string
  lines: string[]
}

export interface Question {
  title: string
  text: string
  /** Word on the button. */
  answer: string
  isDanger: boolean
  /** Asks for a number, with this one to begin with. */
  number?: number
  resolve(answer: number | null): void
}

export const notices = signal<Notice[]>([])
export const question = signal<Question | null>(null)
/** Names of processes that a command is being carried out for. */
export const busy = signal<ReadonlySet<string>>(new Set())

let count = 0

export function notify(tone: Notice['tone'], text: string, lines: string[] = []): void {
  const id = ++count
  notices.value = [...notices.value.slice(-4), { id, tone, text, lines }]
  if (tone !== 'bad') setTimeout(() => dismiss(id), 6000)
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** On buttons. */
export const WORDS: Record<Action, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  reload: 'Reload',
  pause: 'Pause',
  resume: 'Resume',
}
const ENDING: readonly Action[] = ['stop', 'restart', 'reload']

const namesIn = (target: Target): string[] =>
  processes.value
    .filter(({ name, group }) => 'all' in target || ('name' in target ? target.name === name : target.group === group))
    .map(({ name }) => name)

/** Carries out a command, and asks before it ends anything. */
export async function perform(action: Action, target: Target): Promise<void> {
  const names = namesIn(target)
  const what = 'name' in target ? target.name : counted(names.length, 'process')
  if (ENDING.includes(action) && (await ask(questionOf(action, what, names))) === null) return
  const selection = 'name' in target ? { names: [target.name] } : target
  const limit = action === 'pause' || action === 'resume' ? {} : { timeout: LONGEST_WAIT }
  await send(`/v1/${action}`, { ...selection, ...limit }, names)
}

function questionOf(action: Action, what: string, names: string[]): Omit<Question, 'resolve'> {
  const states = processes.value.filter(({ name }) => names.includes(name))
  const others = [...new Set(states.flatMap(dependentsOf))].filter((name) => !names.includes(name))
  const how = {
    stop: 'Everything that it has started is stopped too.',
    reload: 'Its instances are restarted one after the other.',
  }
  const text = [
    names.length > 1 ? `${names.join(', ')}.` : (how[action as 'stop'] ?? 'It ends, and starts again.'),
    ...(others.length > 0 ? [`${others.join(', ')} ${others.length === 1 ? 'depends' : 'depend'} on it.`] : []),
  ].join(' ')
  return { title: `${WORDS[action]} ${what}?`, text, answer: WORDS[action], isDanger: action === 'stop' }
}

export async function scale({ name, instanceOf }: ProcessState): Promise<void> {
  const declared = instanceOf ?? name
  const own = processes.value.filter((one) => (one.instanceOf ?? one.name) === declared)
  const now = own.filter(({ share }) => share === undefined || share.part === 'instance').length
  const text = 'How many instances? Those beyond the number are stopped and removed.'
  const wanted = await ask({ title: `Scale ${declared}`, text, answer: 'Scale', isDanger: false, number: now })
  if (wanted === null || wanted === now) return
  await send('/v1/scale', { scale: { [declared]: wanted }, timeout: LONGEST_WAIT }, [name])
}

function ask(asked: Omit<Question, 'resolve'>): Promise<number | null> {
  return new Promise((resolve) => {
    const made: Question = {
      ...asked,
      resolve(answer) {
        if (question.value === made) question.value = null
        resolve(answer)
      },
    }
    question.value = made
  })
}

async function send(path: string, body: object, names: string[]): Promise<void> {
  busy.value = new Set([...busy.value, ...names])
  try {
    report(await post<Outcome[]>(path, body))
  } catch (error) {
    notify('bad', error instanceof TypeError ? 'The supervisor does not answer.' : (error as Error).message)
  } finally {
    busy.value = new Set([...busy.value].filter((name) => !names.includes(name)))
    refresh()
  }
}

function report(outcomes: Outcome[]): void {
  for (const { ok, code, name, message, lastLines = [], warnings } of outcomes) {
    const isLate = code === 'timeout'
    if (!ok) notify(isLate ? 'plain' : 'bad', isLate ? `${name} is not done yet.` : `${name}: ${message}`, lastLines)
    else if (outcomes.length <= 3) notify('good', `${name}: ${message}`)
    for (const warning of warnings) notify('plain', `${name}: ${warning}`)
  }
  const done = outcomes.filter(({ ok }) => ok).length
  if (outcomes.length > 3 && done > 0) notify('good', `Done for ${counted(done, 'process')}.`)
}
