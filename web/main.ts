import { effect } from '@preact/signals'
import { type ComponentChildren, render } from 'preact'
import { Dialogs } from './dialogs.ts'
import { GraphView } from './graph-view.ts'
import { html } from './html.ts'
import { followRoute, helpIsOpen, listenToKeys } from './keys.ts'
import { ListView } from './list-view.ts'
import { LogsView } from './logs-view.ts'
import { ProcessView } from './process-view.ts'
import { hrefOf, type Route, route } from './route.ts'
import { connection, isReady, kindOf, processes, project, supervisor, watch } from './state.ts'
import { nextTheme, theme } from './theme.ts'

const PAGES: [Route, string][] = [
  [{ page: 'list' }, 'Processes'],
  [{ page: 'logs' }, 'Logs'],
  [{ page: 'graph' }, 'Graph'],
]

function App(): ComponentChildren {
  const now = route.value
  const name = project.value?.split('/').at(-1) ?? 'processes'
  return html`<header class="bar">
      <a class="brand" href="#/" title=${project.value}><img src="/favicon.svg" alt="" width="24" height="24" />${name}</a>
      <nav aria-label="Pages">
        ${PAGES.map(([to, word]) => html`<a href=${hrefOf(to)} aria-current=${isWithin(now, to) ? 'page' : undefined}>${word}</a>`)}
      </nav>
      <span class="grow"></span>
      <${Link} />
      <button class="quiet" onClick=${nextTheme} aria-label=${`Theme: ${theme.value}`} title="Light, dark, or as the system is">${{ auto: '◐', light: '☀', dark: '☾' }[theme.value]}</button>
      <button class="quiet" onClick=${() => (helpIsOpen.value = true)} aria-label="Keys" title="Keys">?</button>
    </header>
    <${Trouble} />
    <main class=${connection.value.type === 'live' ? '' : 'stale'}>${isReady.value ? html`<${Page} />` : html`<p class="empty">Loading…</p>`}</main>
    <${Dialogs} />`
}

function Page(): ComponentChildren {
  const now = route.value
  if (now.page === 'process') return html`<${ProcessView} name=${now.name} tab=${now.tab} />`
  if (now.page === 'graph') return html`<${GraphView} />`
  if (now.page === 'logs') return html`<h1 class="unseen" tabindex="-1">Logs</h1><${LogsView} key="all" />`
  return html`<${ListView} />`
}

const isWithin = (now: Route, to: Route) => now.page === to.page || (now.page === 'process' && to.page === 'list')

/** Whether what the page shows is of now. */
function Link(): ComponentChildren {
  const { type } = connection.value
  const isLive = type === 'live'
  const about = supervisor.value && `supervisor ${supervisor.value.version}, pid ${supervisor.value.identity.pid}`
  return html`<span class=${`link status tone-${isLive ? 'green' : 'yellow'}`} title=${about ?? ''}><span class=${`dot ${isLive ? 'up' : 'busy'}`}></span><span class="word">${isLive ? 'live' : type === 'refused' ? 'refused' : 'waiting'}</span></span>`
}

function Trouble(): ComponentChildren {
  const now = connection.value
  return html`<div role="status" aria-live="polite">
    ${now.type === 'gone' && html`<p class="strip">The supervisor does not answer: reconnecting… Processes keep running without it; any <code>tuix-ps</code> command brings it back.</p>`}
    ${now.type === 'refused' && html`<p class="strip">Access was refused: ${now.message}. Run <code>tuix-ps web</code> in the folder of the project, and open the address that it prints.</p>`}
  </div>`
}

effect(() => {
  const problems = processes.value.filter((state) => kindOf(state) === 'problem').length
  const name = project.value?.split('/').at(-1) ?? 'Processes'
  document.title = problems > 0 ? `(${problems}) ${name}` : name
})

listenToKeys()
followRoute()
void watch()
document.body.replaceChildren()
render(html`<${App} />`, document.body)
