import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { LogLine } from '../src/model/views/logs.ts'
import { type Span, spansOf } from './ansi.ts'
import { html } from './html.ts'
import type { LogStream } from './log-stream.ts'

/** Height of a line, px, as in the style sheet. */
const ROW = 20
/** Lines above and below what is seen. */
const MARGIN = 10
/** Characters of a line in the list. All of it is shown below the list when it is chosen. */
const LONGEST = 2000

interface LogListProps {
  stream: LogStream
  /** Lines of several processes: the names are shown. */
  isMixed: boolean
  /** What was searched for. */
  grep: string
}

/** The lines of a stream, of which only those that are seen are in the page. It follows until someone scrolls up. */
export function LogList({ stream, isMixed, grep }: LogListProps): ComponentChildren {
  const box = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(600)
  const isFollowing = useSignal(true)
  const chosen = useSignal<LogLine | null>(null)
  const shownFirst = useRef(stream.first)
  const version = stream.changed.value

  useEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(([entry]) => {
      height.value = entry?.contentRect.height ?? height.value
      if (isFollowing.value) toEnd()
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    if (isFollowing.value) toEnd()
    else if (box.current) box.current.scrollTop += (shownFirst.current - stream.first) * ROW
    shownFirst.current = stream.first
  }, [version])

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }
  const follow = () => {
    isFollowing.value = true
    toEnd()
  }
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current as HTMLDivElement
    isFollowing.value = scrollTop + clientHeight >= scrollHeight - ROW
    top.value = scrollTop
  }

  const { lines, first } = stream
  const from = Math.max(0, Math.min(Math.floor(top.value / ROW), lines.length) - MARGIN)
  const to = from + Math.ceil(height.value / ROW) + 2 * MARGIN
  const state = stream.state.value
  return html`<div class="log">
    <div class="log-box" ref=${box} onScroll=${scrolled} tabindex="0" role="log" aria-live="off" aria-label="Log lines">
      ${lines.length === 0 && html`<p class="empty">${stream.problem.value ?? (state === 'live' ? 'No lines yet.' : state === 'gone' ? 'Reconnecting…' : 'Loading…')}</p>`}
      <div class="log-space" style=${{ height: `${lines.length * ROW}px` }}>
        <div style=${{ transform: `translateY(${from * ROW}px)` }}>
          ${lines.slice(from, to).map((line, index) => html`<${Row} key=${first + from + index} ...${{ line, isMixed, grep, chosen: chosen.value === line, choose: () => (chosen.value = chosen.value === line ? null : line) }} />`)}
        </div>
      </div>
    </div>
    <div class="log-foot">
      ${stream.hasEarlier.value && html`<button class="quiet" onClick=${() => stream.earlier()}>Earlier lines</button>`}
      <span class="muted">${lines.length.toLocaleString('en')} ${lines.length === 1 ? 'line' : 'lines'}</span>
      <span class="grow"></span>
      <span class="muted" role="status">${state === 'gone' ? 'reconnecting…' : ''}</span>
      ${isFollowing.value ? html`<span class="live">following</span>` : html`<button onClick=${follow}>Follow again ↓</button>`}
    </div>
    ${chosen.value && html`<${Whole} line=${chosen.value} close=${() => (chosen.value = null)} />`}
  </div>`
}

interface RowProps {
  line: LogLine
  isMixed: boolean
  grep: string
  chosen: boolean
  choose(): void
}

function Row({ line, isMixed, grep, chosen, choose }: RowProps): ComponentChildren {
  const { level, source, name, timestamp, message } = line
  const date = new Date(timestamp)
  // A click that ends the marking of text is none.
  const clicked = () => getSelection()?.isCollapsed && choose()
  return html`<div class=${`line ${source} ${level} ${chosen ? 'chosen' : ''}`} onClick=${clicked}>
    <time>${timeOf(date)}<span class="ms">.${String(date.getMilliseconds()).padStart(3, '0')}</span></time>
    ${isMixed && html`<span class=${`who hue-${hueOf(name)}`}>${name}</span>`}
    <span class="origin">${source === 'stderr' ? 'err' : source === 'system' ? 'event' : ''}</span>
    <span class="text">${spansOf(message.slice(0, LONGEST)).map((span) => spanElement(span, grep))}</span>
  </div>`
}

/** A line with all that is known of it. */
function Whole({ line, close }: { line: LogLine; close(): void }): ComponentChildren {
  const copy = () => navigator.clipboard?.writeText(line.message)
  return html`<section class="whole" aria-label="Chosen line">
    <header>
      <strong>${line.name}</strong> <span class="muted">${line.source} · ${line.level} · ${new Date(line.timestamp).toLocaleString()}</span>
      <span class="grow"></span>
      <button class="quiet" onClick=${copy}>Copy</button>
      <button class="quiet" onClick=${close}>Close</button>
    </header>
    <pre tabindex="0">${spansOf(line.message).map((span) => spanElement(span, ''))}</pre>
  </section>`
}

function spanElement(span: Span, grep: string): ComponentChildren {
  const { bold, dim, italic, underline, inverse, color, background } = span
  const classes = Object.entries({ bold, dim, italic, underline, inverse, filled: background !== null })
  const style = { ...(color && { '--ink': color }), ...(background && { '--fill': background }) }
  const look = classes.flatMap(([name, isOn]) => (isOn ? name : [])).join(' ')
  return html`<span class=${`span ${look}`} style=${style}>${marked(span.text, grep)}</span>`
}

/** Marks what was searched for. */
function marked(text: string, grep: string): ComponentChildren {
  if (grep === '') return text
  const parts: ComponentChildren[] = []
  const lower = text.toLowerCase()
  let at = 0
  for (let next = lower.indexOf(grep.toLowerCase()); next >= 0; next = lower.indexOf(grep.toLowerCase(), at)) {
    parts.push(text.slice(at, next), html`<mark>${text.slice(next, next + grep.length)}</mark>`)
    at = next + grep.length
  }
  return [...parts, text.slice(at)]
}

/** `14:05:09`, local. */
const timeOf = (date: Date) => date.toTimeString().slice(0, 8)

function hueOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 6
  return sum
}
