import { computed, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { counted, duration, memory, percent } from '../commands/format/units.ts'
import type { ProcessState } from '../src/index.ts'
import type { Action, Target } from './actions.ts'
import { fieldText, html, Icon } from './html.ts'
import { ActionButton, isDown, Ports, reasonOf, Status } from './process-parts.ts'
import { hrefOf } from './route.ts'
import { Sparkline } from './sparkline.ts'
import { type Kind, kindOf, processes } from './state.ts'

const search = signal('')
const kind = signal<Kind | null>(null)

const shown = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/)
  return processes.value.filter((state) => {
    const text = [state.name, state.host, state.group, state.status, state.command, state.reason]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word)) && (kind.value === null || kindOf(state) === kind.value)
  })
})

const KINDS: [Kind, string][] = [
  ['up', 'running'],
  ['problem', 'in trouble'],
  ['busy', 'changing'],
  ['rest', 'at rest'],
]

export function ListView(): ComponentChildren {
  const all = processes.value
  const groups = groupsOf(shown.value)
  const sum = (key: 'cpu' | 'memory') => all.reduce((total, state) => total + (state[key] ?? 0), 0)
  return html`<h1 class="unseen" tabindex="-1">Processes</h1>
    <div class="summary">
      ${KINDS.map(([one, word]) => html`<${Tile} kind=${one} word=${word} />`)}
      <div class="tile"><span class="big">${percent(sum('cpu'))}</span><span class="muted">CPU</span><${Sparkline} name="" value="cpu" least=${5} /></div>
      <div class="tile"><span class="big">${memory(sum('memory'))}</span><span class="muted">memory</span><${Sparkline} name="" value="memory" least=${10} /></div>
    </div>
    <div class="tools">
      <input type="search" data-search placeholder="Filter by name, group, status…" aria-label="Filter processes" value=${search.value}
        onInput=${(event: Event) => (search.value = fieldText(event))} />
      <span class="grow"></span>
      <${Bulk} target=${{ all: true }} what="all processes" word="All" />
    </div>
    ${shown.value.length === 0 && html`<p class="empty">${all.length === 0 ? 'No process is declared yet.' : 'No process is like that.'}</p>`}
    ${
      shown.value.length > 0 &&
      html`<div class="panel"><table class="list" role="table" aria-label="Processes">
        <thead role="rowgroup"><tr role="row">
          ${['Process', 'Status', 'Ports', 'CPU', 'Memory', 'Uptime', 'Restarts'].map((word) => html`<th role="columnheader" scope="col" class=${`c-${word.toLowerCase()}`}>${word}</th>`)}
          <th role="columnheader" scope="col" class="c-acts"><span class="unseen">Actions</span></th>
        </tr></thead>
        ${[...groups].map(([group, states]) => html`<${Group} key=${group} name=${group} states=${states} isOnly=${groups.size === 1} />`)}
      </table></div>`
    }`
}

/** In the order in which they were declared; `''` has those of no group. */
function groupsOf(states: ProcessState[]): Map<string, ProcessState[]> {
  const groups = new Map<string, ProcessState[]>()
  for (const state of states) {
    const key = state.group ?? ''
    groups.set(key, [...(groups.get(key) ?? []), state])
  }
  return groups
}

/** How many there are of a kind. A click shows only those. */
function Tile({ kind: one, word }: { kind: Kind; word: string }): ComponentChildren {
  const count = processes.value.filter((state) => kindOf(state) === one).length
  const toggle = () => {
    kind.value = kind.value === one ? null : one
  }
  return html`<button class=${`tile kind-${one} ${count === 0 ? 'none' : ''}`} aria-pressed=${kind.value === one} onClick=${toggle}>
    <span class="big">${count}</span><span class="muted">${word}</span>
  </button>`
}

const BULK: Action[] = ['start', 'restart', 'stop']

function Bulk({ target, what, word }: { target: Target; what: string; word: string }): ComponentChildren {
  return html`<span class="bulk" role="group" aria-label=${word}>
    ${'all' in target && html`<span class="muted">${word}</span>`}
    ${BULK.map((action) => html`<${ActionButton} action=${action} target=${target} what=${what} />`)}
  </span>`
}

function Group({ name, states, isOnly }: { name: string; states: ProcessState[]; isOnly: boolean }): ComponentChildren {
  return html`<tbody role="rowgroup">
    ${
      !(isOnly && name === '') &&
      html`<tr role="row" class="group">
        <th role="rowheader" scope="rowgroup" colspan="7">${name || 'no group'} <span class="muted">${counted(states.length, 'process')}</span></th>
        <td role="cell" class="c-acts">${name && html`<${Bulk} target=${{ group: name }} what=${`group ${name}`} word=${`Group ${name}`} />`}</td>
      </tr>`
    }
    ${states.map((state) => html`<${Row} key=${state.name} state=${state} />`)}
  </tbody>`
}

function Row({ state }: { state: ProcessState }): ComponentChildren {
  const { name, host, restarts, uptime, pid } = state
  const target = { name }
  const reason = reasonOf(state)
  const isUp = pid !== null
  return html`<tr role="row" class=${`row kind-${kindOf(state)}`} data-row=${name}>
    <th role="rowheader" scope="row" class="c-process">
      <a class="name" href=${hrefOf({ page: 'process', name, tab: 'overview' })}>${name}</a>
      <span class="command">${host !== undefined && html`<span class="host">${host}</span> `}${state.command}</span>
    </th>
    <td role="cell" class="c-status"><${Status} state=${state} />${reason && html`<span class="reason">${reason}</span>`}</td>
    <td role="cell" class="c-ports"><${Ports} state=${state} /></td>
    <td role="cell" class="c-cpu"><${Measure} state=${state} value="cpu" least=${5} format=${percent} /></td>
    <td role="cell" class="c-memory"><${Measure} state=${state} value="memory" least=${10} format=${memory} /></td>
    <td role="cell" class="c-uptime">${isUp ? duration(uptime) : NONE}</td>
    <td role="cell" class="c-restarts">${restarts > 0 ? html`<span class="unseen">restarts: </span>${restarts}` : NONE}</td>
    <td role="cell" class="c-acts">
      <${ActionButton} action=${isDown(state) ? 'start' : 'restart'} target=${target} what=${name} />
      <${ActionButton} action="stop" target=${target} what=${name} isOff=${isDown(state)} />
      <a class="square" href=${hrefOf({ page: 'process', name, tab: 'logs' })} aria-label=${`Logs of ${name}`} title="Logs"><${Icon} name="logs" /></a>
    </td>
  </tr>`
}

interface MeasureProps {
  state: ProcessState
  value: 'cpu' | 'memory'
  least: number
  format(value: number): string
}

function Measure({ state, value, least, format }: MeasureProps): ComponentChildren {
  const now = state[value]
  if (now === null) return NONE
  return html`<span class="measure"><${Sparkline} name=${state.name} value=${value} least=${least} /><span>${format(now)}</span></span>`
}

const NONE = html`<span class="muted" aria-label="none">–</span>`
