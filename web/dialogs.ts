import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { dismiss, notices, type Question, question } from './actions.ts'
import { fieldText, html } from './html.ts'
import { helpIsOpen, KEYS } from './keys.ts'

/** A dialog that is open for as long as it is in the page. The browser keeps the focus in it, and gives it back. */
function Dialog({
  label,
  close,
  children,
}: {
  label: string
  close(): void
  children: ComponentChildren
}): ComponentChildren {
  const box = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    box.current?.showModal()
    return () => {
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus()
    }
  }, [])
  // Before the next key, which `close` comes after.
  const cancel = (event: Event) => {
    event.preventDefault()
    close()
  }
  const outside = ({ target }: Event) => target === box.current && close()
  return html`<dialog ref=${box} aria-label=${label} onCancel=${cancel} onClose=${close} onClick=${outside}><div class="inside">${children}</div></dialog>`
}

export function Dialogs(): ComponentChildren {
  return html`${question.value && html`<${Asking} key=${question.value.title} asked=${question.value} />`}
    ${helpIsOpen.value && html`<${Help} />`}
    <${Notices} />`
}

function Asking({ asked }: { asked: Question }): ComponentChildren {
  const number = useSignal(asked.number ?? 0)
  const submit = (event: Event) => {
    event.preventDefault()
    asked.resolve(number.value)
  }
  return html`<${Dialog} label=${asked.title} close=${() => asked.resolve(null)}>
    <form onSubmit=${submit}>
      <h2>${asked.title}</h2>
      <p>${asked.text}</p>
      ${
        asked.number !== undefined &&
        html`<input type="number" min="1" max="1000" required autofocus aria-label="Instances" value=${number.value} onInput=${(event: Event) => (number.value = Number(fieldText(event)))} />`
      }
      <div class="answers">
        <button type="button" onClick=${() => asked.resolve(null)}>Cancel</button>
        <button type="submit" class=${asked.isDanger ? 'danger' : 'primary'} autofocus=${asked.number === undefined}>${asked.answer}</button>
      </div>
    </form>
  </${Dialog}>`
}

function Help(): ComponentChildren {
  const close = () => {
    helpIsOpen.value = false
  }
  return html`<${Dialog} label="Keys" close=${close}>
    <h2>Keys</h2>
    <dl class="keys">${KEYS.map(([keys, what]) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
    <div class="answers"><button class="primary" onClick=${close}>Close</button></div>
  </${Dialog}>`
}

function Notices(): ComponentChildren {
  return html`<div class="notices" role="status" aria-live="polite">
    ${notices.value.map(
      ({ id, tone, text, lines }) => html`<div key=${id} class=${`notice ${tone}`}>
        <div><p>${text}</p>${lines.length > 0 && html`<pre>${lines.join('\n')}</pre>`}</div>
        <button class="quiet square" aria-label="Dismiss" onClick=${() => dismiss(id)}>×</button>
      </div>`,
    )}
  </div>`
}
