import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { LOG_LEVELS, type LogLevel, type LogOrigin } from '../src/model/views/logs.ts'
import { fieldText, html } from './html.ts'
import { LogList } from './log-list.ts'
import { LogStream } from './log-stream.ts'
import { processes } from './state.ts'

/** ms without another letter before a search begins. */
const TYPING = 250

const STREAMS: [string, LogOrigin[] | undefined][] = [
  ['output and events', undefined],
  ['output', ['stdout', 'stderr']],
  ['stderr only', ['stderr']],
  ['events only', ['system']],
]

/** The logs of one process, or of any selection. */
export function LogsView({ name }: { name?: string }): ComponentChildren {
  const target = useSignal(name === undefined ? '' : `name ${name}`)
  const level = useSignal<LogLevel | ''>('')
  const streams = useSignal(0)
  const typed = useSignal('')
  const grep = useSignal('')

  useEffect(() => {
    const timer = setTimeout(() => (grep.value = typed.value), TYPING)
    return () => clearTimeout(timer)
  }, [typed.value])

  const [kind, selected] = target.value.split(/ (.*)/)
  const stream = useMemo(
    () =>
      new LogStream({
        ...(kind === 'name' && selected && { names: [selected] }),
        ...(kind === 'group' && selected && { group: selected }),
        ...(level.value && { level: level.value }),
        ...(grep.value && { grep: grep.value }),
        ...(STREAMS[streams.value]?.[1] && { streams: STREAMS[streams.value]?.[1] as LogOrigin[] }),
      }),
    [target.value, level.value, streams.value, grep.value],
  )
  useEffect(() => () => stream.close(), [stream])

  const names = processes.value.map((state) => state.name)
  const groups = [...new Set(processes.value.flatMap(({ group }) => group ?? []))]
  return html`<div class="logs">
    <div class="tools">
      ${
        name === undefined &&
        html`<select aria-label="Processes" value=${target.value} onChange=${(event: Event) => (target.value = fieldText(event))}>
          <option value="">all processes</option>
          ${groups.length > 0 && html`<optgroup label="Groups">${groups.map((group) => html`<option value=${`group ${group}`}>${group}</option>`)}</optgroup>`}
          <optgroup label="Processes">${names.map((one) => html`<option value=${`name ${one}`}>${one}</option>`)}</optgroup>
        </select>`
      }
      <select aria-label="Streams" value=${streams.value} onChange=${(event: Event) => (streams.value = Number(fieldText(event)))}>
        ${STREAMS.map(([label], index) => html`<option value=${index}>${label}</option>`)}
      </select>
      <select aria-label="Level" value=${level.value} onChange=${(event: Event) => (level.value = fieldText(event) as LogLevel)}>
        <option value="">all levels</option>
        ${LOG_LEVELS.slice(1).map((one) => html`<option value=${one}>${one}${one === 'error' ? '' : ' and above'}</option>`)}
      </select>
      <input type="search" data-search placeholder="Search the logs" aria-label="Search the logs" value=${typed.value}
        onInput=${(event: Event) => (typed.value = fieldText(event))} />
    </div>
    <${LogList} key=${stream} stream=${stream} isMixed=${kind !== 'name'} grep=${grep.value} />
  </div>`
}
