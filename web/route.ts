import { signal } from '@preact/signals'

export const TABS = ['overview', 'logs', 'config'] as const
export type Tab = (typeof TABS)[number]

/** What the page shows, as in the part of its address after `#`. */
export type Route =
  | { page: 'list' }
  | { page: 'logs' }
  | { page: 'graph' }
  | { page: 'process'; name: string; tab: Tab }

export const route = signal<Route>(routeOf(location.hash))

addEventListener('hashchange', () => {
  route.value = routeOf(location.hash)
})

export function hrefOf(to: Route): string {
  if (to.page === 'list') return '#/'
  if (to.page !== 'process') return `#/${to.page}`
  return `#/process/${encodeURIComponent(to.name)}${to.tab === 'overview' ? '' : `/${to.tab}`}`
}

export function go(to: Route): void {
  location.hash = hrefOf(to)
}

function routeOf(hash: string): Route {
  const [, page, name, tab] = hash.split('/')
  if (page === 'logs' || page === 'graph') return { page }
  if (page !== 'process' || !name) return { page: 'list' }
  return { page, name: decodeURIComponent(name), tab: TABS.find((one) => one === tab) ?? 'overview' }
}
