import { useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { dateTime, elapsed } from '../commands/format/units.ts'
import type { CrashBrief, CrashReport } from '../src/index.ts'
import { get } from './api.ts'
import { html } from './html.ts'
import { lastEvent } from './state.ts'

/** ms after an event until its report is written. */
const WRITTEN_AFTER = 1000

/** What was recorded of the crashes of a process; one of them is shown in full. */
export function Crashes({ name }: { name: string }): ComponentChildren {
  const crashes = useSignal<CrashBrief[]>([])
  const shown = useSignal<CrashReport | null>(null)
  useSignalEffect(() => {
    if (lastEvent.value !== null && lastEvent.value.name !== name) return
    const look = () =>
      get<CrashBrief[]>('/v1/crashes', { name }).then(
        (found) => {
          crashes.value = found
        },
        () => {},
      )
    void look()
    const timer = setTimeout(look, WRITTEN_AFTER)
    return () => clearTimeout(timer)
  })
  if (crashes.value.length === 0) return null
  const show = async (id: string) => {
    const isOpen = shown.value?.id === id
    shown.value = isOpen ? null : await get<CrashReport>(`/v1/crashes/${encodeURIComponent(id)}`).catch(() => null)
  }
  return html`<section class="card"><h2>Crashes</h2>
    <ul class="feed">${crashes.value.map(
      ({ id, time, message, failures }) => html`<li class="error" key=${id}>
        <time>${dateTime(time).slice(5)}</time>
        <span class="what"><button aria-expanded=${shown.value?.id === id} onClick=${() => show(id)}>${id}</button> ${message}${failures > 1 && `, ${failures} in a row`}</span>
      </li>`,
    )}</ul>
    ${shown.value && html`<${Report} report=${shown.value} />`}
  </section>`
}

function Report({ report }: { report: CrashReport }): ComponentChildren {
  const { id, lasted, git, since, causes, stdout, stderr } = report
  const changes = since?.changes.map(
    ({ setting, before, after }) => `${setting}: ${JSON.stringify(before)} is now ${JSON.stringify(after)}`,
  )
  const moved = since?.git && since.git.commit !== git?.commit ? [`git: it was ${since.git.commit ?? 'no commit'}`] : []
  const output = [...stdout, ...stderr].sort((a, b) => a.timestamp.localeCompare(b.timestamp))
  const lines = [
    `ran ${elapsed(lasted)}`,
    ...(git ? [`git ${git.commit ?? 'no commit'}${git.branch === null ? '' : ` on ${git.branch}`}`] : []),
    ...(changes ? [`changed since run ${since?.run}, which stayed up:`, ...changes, ...moved] : []),
    ...causes.map(({ time, message, times }) => `${dateTime(time)}  ${message}${times > 1 ? `, ${times} times` : ''}`),
    '',
    ...output.map(({ timestamp, message }) => `${dateTime(Date.parse(timestamp)).slice(11)}  ${message}`),
  ]
  return html`<pre class="json" tabindex="0" aria-label=${`Report ${id}`}>${lines.join('\n')}</pre>`
}
