import { signal } from '@preact/signals'
import { perform, question } from './actions.ts'
import { go, route } from './route.ts'

export const helpIsOpen = signal(false)

/** As the help shows them. */
export const KEYS: [string[], string][] = [
  [['j', '↓', 'k', '↑'], 'go to the next or the previous process'],
  [['Enter'], 'open the process'],
  [['s'], 'start it'],
  [['x'], 'stop it'],
  [['r'], 'restart it'],
  [['l'], 'its logs, or those of all'],
  [['g'], 'graph of dependencies'],
  [['/'], 'search'],
  [['Esc'], 'leave the search; back to the list'],
  [['?'], 'these keys'],
]

const ACTIONS = { s: 'start', x: 'stop', r: 'restart' } as const

const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row]')]
const focusedRow = () => document.activeElement?.closest<HTMLElement>('[data-row]') ?? null
/** The process that the list was left for, to come back to. */
let left: string | null = null

/** The process that a key is for: that of the page, or of the row with the focus. */
function current(): string | null {
  return route.value.page === 'process' ? route.value.name : (focusedRow()?.dataset.row ?? null)
}

function focusRow(row: HTMLElement | undefined): void {
  row?.querySelector<HTMLElement>('a')?.focus()
}

function move(by: number): void {
  const all = rows()
  const at = all.indexOf(focusedRow() as HTMLElement)
  focusRow(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(at + by, all.length - 1))])
}

function leave(): void {
  const { activeElement } = document
  if (activeElement instanceof HTMLInputElement || activeElement instanceof HTMLSelectElement) activeElement.blur()
  else if (route.value.page !== 'list') go({ page: 'list' })
}

function press(key: string): boolean {
  const name = current()
  switch (key) {
    case 'j':
    case 'ArrowDown':
    case 'k':
    case 'ArrowUp':
      if (route.value.page !== 'list') return false
      move(key === 'j' || key === 'ArrowDown' ? 1 : -1)
      return true
    case '/':
      document.querySelector<HTMLElement>('[data-search]')?.focus()
      return true
    case 's':
    case 'x':
    case 'r':
      if (name !== null) void perform(ACTIONS[key], { name })
      return true
    case 'l':
      go(name === null ? { page: 'logs' } : { page: 'process', name, tab: 'logs' })
      return true
    case 'g':
      go({ page: 'graph' })
      return true
    case '?':
      helpIsOpen.value = true
      return true
    default:
      return false
  }
}

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || question.value || helpIsOpen.value) return
    if (event.key === 'Escape') return leave()
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea')
    if (!isTyping && press(event.key)) event.preventDefault()
  })
}

/** Moves the focus to what a new page begins with, and back to where the list was left. */
export function followRoute(): void {
  let before = route.value
  route.subscribe((now) => {
    if (before.page === 'process') left = before.name
    const isSame =
      before.page === now.page && (now.page !== 'process' || before.page !== 'process' || before.name === now.name)
    before = now
    if (isSame) return
    setTimeout(() => {
      const row = now.page === 'list' ? rows().find(({ dataset }) => dataset.row === left) : undefined
      if (row) focusRow(row)
      else document.querySelector('h1')?.focus()
    })
  })
}
