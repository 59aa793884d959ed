import htm from 'htm'
import { type ComponentChildren, h } from 'preact'

/** Writes elements as markup. Values in it become text, attributes or components, and never markup. */
export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => ComponentChildren

const PATHS = {
  start: 'M5 3.5v9l8-4.5z',
  stop: 'M4 4h8v8H4z',
  restart: 'M12.7 6.5A5 5 0 1 0 13 9M13 3v3.5H9.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  logs: 'M3 4h10M3 8h10M3 12h6',
  reload: 'M3 8a5 5 0 0 1 8.5-3.5L13 6M13 2.5V6H9.5M13 8a5 5 0 0 1-8.5 3.5L3 10M3 13.5V10h3.5',
  scale: 'M3 8h10M8 3v10',
}
const FILLED = ['start', 'stop']
export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }): ComponentChildren {
  const isFilled = FILLED.includes(name)
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d=${PATHS[name]} fill=${isFilled ? 'currentColor' : 'none'} stroke=${isFilled ? 'none' : 'currentColor'} />
  </svg>`
}

/** The value of the field that an event is about. */
export function fieldText({ currentTarget }: Event): string {
  return (currentTarget as HTMLInputElement).value
}
