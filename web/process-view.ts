import { useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { counted, dateTime, duration, elapsed, memory, moment, percent } from '../commands/format/units.ts'
import type { ProcessDetail, ProcessState, ProcessTree, TreeMember } from '../src/index.ts'
import type { LogLine, LogPage } from '../src/model/views/logs.ts'
import { scale } from './actions.ts'
import { ApiError, get } from './api.ts'
import { Crashes } from './crashes-card.ts'
import { html, Icon } from './html.ts'
import { LogsView } from './logs-view.ts'
import { ActionButton, Address, isDown, Ports, reasonOf, Status } from './process-parts.ts'
import { hrefOf, TABS, type Tab } from './route.ts'
import { dependentsOf, lastEvent, processes, samples } from './state.ts'
import { theme } from './theme.ts'

const MOST_EVENTS = 30

export function ProcessView({ name, tab }: { name: string; tab: Tab }): ComponentChildren {
  const state = processes.value.find((one) => one.name === name)
  if (!state) return html`<h1 tabindex="-1">${name}</h1><p class="empty">There is no process of this name.</p>`
  const target = { name }
  const reason = reasonOf(state)
  const isPaused = state.phase === 'paused'
  const act = (action: string) => html`<${ActionButton} isWordy action=${action} target=${target} what=${name} />`
  return html`<header class="title">
      <div><h1 tabindex="-1">${name}</h1><${Status} state=${state} /><${Ports} state=${state} /></div>
      <div class="acts">
        ${isDown(state) ? act('start') : act('restart')}
        ${!isDown(state) && state.instanceOf !== null && act('reload')}
        ${isPaused ? act('resume') : state.status === 'running' && act('pause')}
        <button onClick=${() => scale(state)}><${Icon} name="scale" />Scale</button>
        ${!isDown(state) && act('stop')}
      </div>
    </header>
    ${reason && html`<p class=${`banner kind-${state.status === 'running' ? 'plain' : 'problem'}`}>${reason}</p>`}
    <nav class="tabs" aria-label="Parts of this page">
      ${TABS.map((one) => html`<a href=${hrefOf({ page: 'process', name, tab: one })} aria-current=${one === tab ? 'page' : undefined}>${one}</a>`)}
    </nav>
    ${tab === 'logs' ? html`<${LogsView} key=${name} name=${name} />` : html`<${Details} key=${name} state=${state} tab=${tab} />`}`
}

/** What only the process itself is asked for, anew with each look at the list. */
function Details({ state, tab }: { state: ProcessState; tab: Tab }): ComponentChildren {
  const { name } = state
  const detail = useSignal<ProcessDetail | null>(null)
  const tree = useSignal<ProcessTree | null>(null)
  const events = useSignal<LogLine[]>([])
  const path = `/v1/processes/${encodeURIComponent(name)}`
  const into = <Answer>(target: { value: Answer | null }, asked: Promise<Answer>) =>
    asked.then(
      (answer) => {
        target.value = answer
      },
      (error) => {
        if (error instanceof ApiError && error.status === 404) target.value = null
      },
    )
  useSignalEffect(() => {
    if (processes.value.length === 0) return
    void into(detail, get<ProcessDetail>(path))
    void into(tree, get<ProcessTree>(`${path}/tree`))
  })
  useSignalEffect(() => {
    if (lastEvent.value !== null && lastEvent.value.name !== name) return
    const asked = get<LogPage>('/v1/logs', { names: [name], streams: ['system'], lines: MOST_EVENTS })
    void into(
      events,
      asked.then(({ logs }) => logs),
    )
  })
  if (!detail.value) return html`<p class="empty">Loading…</p>`
  if (tab === 'config') return html`<${Config} detail=${detail.value} />`
  return html`<div class="cards">
    <div class="column">
      <${Facts} detail=${detail.value} />
      ${detail.value.config.healthCheck && html`<${Checks} detail=${detail.value} />`}
    </div>
    <div class="column">
      <${ChartCard} name=${name} value="cpu" now=${state.cpu === null ? '' : percent(state.cpu)} />
      <${ChartCard} name=${name} value="memory" now=${state.memory === null ? '' : memory(state.memory)} />
      <${Tree} tree=${tree.value} />
      <${Crashes} name=${name} />
      <${Events} events=${events.value} />
    </div>
  </div>`
}

function Facts({ detail }: { detail: ProcessDetail }): ComponentChildren {
  const now = Date.now()
  const { lastExit, waitingFor, metrics } = detail
  const links = (names: string[]) =>
    names.map((one) => html`<a href=${hrefOf({ page: 'process', name: one, tab: 'overview' })}>${one}</a> `)
  const exit = lastExit && [
    lastExit.why,
    lastExit.signal ?? (lastExit.code === null ? '' : `exit code ${lastExit.code}`),
  ]
  const most = detail.maxRestarts === 'unlimited' ? '' : ` (${detail.failures} of ${detail.maxRestarts} in a row)`
  const facts: [string, ComponentChildren][] = [
    ['pid', detail.pid],
    ['uptime', detail.pid === null ? null : duration(detail.uptime)],
    ['started', detail.startedAt && moment(detail.startedAt, now)],
    ['next start', detail.retryAt && moment(detail.retryAt, now)],
    ['run', detail.run || null],
    ['restarts', `${detail.restarts}${detail.failures > 0 ? most : ''}`],
    [
      'ports',
      detail.ports
        ? Object.entries(detail.ports)
            .map(([name, port]) => `${name} ${port}`)
            .join(', ')
        : null,
    ],
    ['address', detail.url === undefined ? null : html`<${Address} state=${detail} />`],
    ['health', detail.health],
    ['last exit', exit?.filter(Boolean).join(', ') || null],
    ['waits for', waitingFor && ('port' in waitingFor ? `port ${waitingFor.port}` : links([waitingFor.process]))],
    ['needs', detail.dependsOn.length > 0 ? links(detail.dependsOn) : null],
    ['needed by', dependentsOf(detail).length > 0 ? links(dependentsOf(detail)) : null],
    ['group', detail.group],
    ['command', html`<code>${detail.command}</code>`],
    ['folder', html`<code>${detail.cwd}</code>`],
    ['log files', html`<code>${[...new Set([detail.logFile, detail.errorFile])].join('\n')}</code>`],
    ['watching', detail.watch ? (detail.suspendedBy ?? 'files') : null],
    ['taken over', detail.adopted ? 'from an earlier supervisor' : null],
    ['channel', detail.channel],
    ...Object.entries(metrics).map(([key, value]): [string, ComponentChildren] => [key, String(value)]),
  ]
  const known = facts.filter(([, value]) => value !== null && value !== '' && value !== 0)
  return html`<section class="card facts"><h2>State</h2>
    <dl>${known.map(([key, value]) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`
}

function ChartCard({ name, value, now }: { name: string; value: 'cpu' | 'memory'; now: string }): ComponentChildren {
  const box = useRef<HTMLDivElement>(null)
  const drawn = useSignal<import('./chart.ts').Chart | null>(null)
  useEffect(() => {
    let isGone = false
    const element = box.current as HTMLDivElement
    void import('./chart.ts').then(({ Chart }) => {
      if (!isGone) drawn.value = new Chart({ element, value, height: 150, format: value === 'cpu' ? percent : memory })
    })
    return () => {
      isGone = true
      drawn.value?.close()
      drawn.value = null
    }
  }, [theme.value])
  useSignalEffect(() => {
    void processes.value
    drawn.value?.show(samples.get(name) ?? [])
  })
  const word = value === 'cpu' ? 'CPU' : 'Memory'
  return html`<section class="card"><h2>${word} <span class="now">${now}</span></h2>
    <div class="chart" ref=${box} role="img" aria-label=${`${word} since this page was opened${now && `, now ${now}`}`}></div>
  </section>`
}

function Tree({ tree }: { tree: ProcessTree | null }): ComponentChildren {
  const members = tree?.members ?? []
  const depth = (member: TreeMember): number => {
    const parent = members.find(({ pid }) => pid === member.ppid)
    return parent ? 1 + depth(parent) : 0
  }
  return html`<section class="card"><h2>Tree <span class="muted">${counted(members.length, 'process')}</span></h2>
    ${
      members.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="Processes of the tree"><table class="plain">
        <thead><tr><th>pid</th><th>command</th><th>ports</th><th>CPU</th><th>memory</th><th>uptime</th></tr></thead>
        <tbody>${members.map(
          (member) => html`<tr key=${member.pid}><td>${member.pid}</td>
            <td class="words"><span class="indent" style=${{ width: `${depth(member)}em` }}></span><code>${member.command.join(' ')}</code>${member.strayed && html` <span class="badge">strayed</span>`}</td>
            <td>${[...new Set(member.ports.map(({ protocol, port }) => `${protocol === 'udp' ? 'udp ' : ''}${port}`))].join(', ')}</td>
            <td>${percent(member.cpu)}</td><td>${memory(member.memory)}</td><td>${duration(member.uptime)}</td></tr>`,
        )}</tbody>
      </table></div>`
    }
    ${tree?.holder && html`<p class="banner kind-problem">Port ${tree.port} is held by ${tree.holder.process ?? (tree.holder.command.join(' ') || 'a process of another user')}${tree.holder.pid !== null && ` (pid ${tree.holder.pid})`}.</p>`}
  </section>`
}

function Checks({ detail }: { detail: ProcessDetail }): ComponentChildren {
  const checks = [...detail.healthHistory].reverse()
  return html`<section class="card"><h2>Health checks</h2>
    ${checks.length === 0 && html`<p class="muted">None yet.</p>`}
    <ul class="feed">${checks.map(
      ({ at, ok, took, detail: found, inconclusive }) => html`<li key=${at}>
        <time>${dateTime(at).slice(11)}</time>
        <span class=${`status tone-${ok ? 'green' : inconclusive ? 'gray' : 'red'}`}><span class=${`dot ${ok ? 'up' : 'failed'}`}></span>${ok ? 'passed' : inconclusive ? 'unknown' : 'failed'}</span>
        <span class="what">${found} <span class="muted">${elapsed(took)}</span></span>
      </li>`,
    )}</ul>
  </section>`
}

function Events({ events }: { events: LogLine[] }): ComponentChildren {
  return html`<section class="card"><h2>Events</h2>
    ${events.length === 0 && html`<p class="muted">None yet.</p>`}
    <ul class="feed">${[...events]
      .reverse()
      .map(
        ({ timestamp, message, level }) =>
          html`<li class=${level}><time>${dateTime(Date.parse(timestamp)).slice(5)}</time><span class="what">${message}</span></li>`,
      )}</ul>
  </section>`
}

function Config({ detail }: { detail: ProcessDetail }): ComponentChildren {
  const { env, ...config } = detail.config
  const origin = detail.environment === 'start' ? 'the command that started it' : 'the supervisor'
  return html`<div class="cards">
    <section class="card"><h2>Environment <span class="muted">beside that of ${origin}</span></h2>
      ${Object.keys(env).length === 0 && html`<p class="muted">No variables of its own.</p>`}
      <dl class="env">${Object.entries(env).map(([key, value]) => html`<div><dt><code>${key}</code></dt><dd><code>${value}</code></dd></div>`)}</dl>
    </section>
    <section class="card"><h2>Config <span class="muted">with all defaults</span></h2>
      <pre class="json" tabindex="0">${JSON.stringify(config, null, 2)}</pre>
    </section>
  </div>`
}
