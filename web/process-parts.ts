import type { ComponentChildren } from 'preact'
import { lookOf, saysReason, statusText } from '../commands/format/status.ts'
import type { ProcessState } from '../src/index.ts'
import { type Action, busy, perform, type Target, WORDS } from './actions.ts'
import { html, Icon, type IconName } from './html.ts'
import { trees } from './state.ts'

/** The status in words and in a colour; a dot shows it from afar. */
export function Status({ state }: { state: ProcessState }): ComponentChildren {
  const { symbol, color } = lookOf(state)
  return html`<span class=${`status tone-${color}`}><span class=${`dot ${symbol}`}></span>${statusText(state, Date.now())}</span>`
}

/** Why a process is in its state, unless the status says it. */
export function reasonOf(state: ProcessState): string {
  return saysReason(state) || state.phase === 'scheduled' ? '' : state.reason
}

const LOOPBACK = /^(?:127\.|::1$|localhost$|\[::1\]$)/

/** The ports that a process listens on, as links where a browser can get there. */
export function Ports({ state }: { state: ProcessState }): ComponentChildren {
  const open = trees.value.find(({ name }) => name === state.name)?.members.flatMap((member) => member.ports) ?? []
  const found = new Map(open.filter(({ protocol }) => protocol === 'tcp').map(({ port, address }) => [port, address]))
  const told = [...(state.port === null ? [] : [state.port]), ...Object.values(state.ports ?? {})]
  for (const port of told) if (!found.has(port)) found.set(port, '127.0.0.1')
  const isUp = state.pid !== null
  return [...found].map(([port, address]) => {
    const isReachable = isUp && (!LOOPBACK.test(address) || LOOPBACK.test(location.hostname))
    if (!isReachable) return html`<span class="port">:${port}</span> `
    return html`<a class="port" href=${`http://${location.hostname}:${port}/`} target="_blank" rel="noreferrer">:${port}</a> `
  })
}

/** The address by name, for a browser on the machine itself. */
export function Address({ state }: { state: ProcessState }): ComponentChildren {
  const { url } = state
  if (url === undefined || !LOOPBACK.test(location.hostname)) return null
  return html`<a class="port" href=${url} target="_blank" rel="noreferrer">${url}</a>`
}

interface ActionButtonProps {
  action: Action
  target: Target
  /** What it is for, for those who do not see where it stands. */
  what: string
  isWordy?: boolean
  isOff?: boolean
}

export function ActionButton({
  action,
  target,
  what,
  isWordy = false,
  isOff = false,
}: ActionButtonProps): ComponentChildren {
  const icon: IconName = action === 'resume' ? 'start' : action
  const isBusy = 'name' in target && busy.value.has(target.name) && action !== 'stop'
  return html`<button class=${`${isWordy ? '' : 'square'} act-${action}`} disabled=${isBusy || isOff} onClick=${() => perform(action, target)}
    aria-label=${`${WORDS[action]} ${what}`} title=${isWordy ? undefined : WORDS[action]}>
    <${Icon} name=${icon} />${isWordy && WORDS[action]}
  </button>`
}

/** It can be started: nothing of it runs or is about to. */
export function isDown({ wanted, status }: ProcessState): boolean {
  return ['stopped', 'crashed', 'error'].includes(status) || (wanted === 'down' && status !== 'stopping')
}
