/* The text in which Prometheus reads metrics: OpenMetrics 1.0, and its own older format. */

/** A metric and its samples. */
export interface Family {
  /** With its suffix: `_total` of a counter, `_info` of an info. */
  name: string
  type: 'counter' | 'gauge' | 'info' | 'unknown'
  /** One sentence. */
  help: string
  samples: Sample[]
}

export interface Sample {
  labels: Record<string, string>
  value: number
}

export type Format = keyof typeof CONTENT_TYPES

export const CONTENT_TYPES = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const

/** The format that a client asks for with its `Accept` header. Of two that it likes as much, OpenMetrics. */
export function formatFor(accept: string | null): Format {
  const likes = (accept ?? '').split(',').map(likeIn)
  const best = (format: Format) => Math.max(0, ...likes.filter((like) => like.format === format).map(({ q }) => q))
  return best('openmetrics') > 0 && best('openmetrics') >= best('text') ? 'openmetrics' : 'text'
}

function likeIn(range: string): { format: Format | null; q: number } {
  const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const value = (name: string) => parameters.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
  const q = Number(value('q') ?? 1)
  const version = value('version') ?? '1.0.0'
  if (type === 'application/openmetrics-text') return { format: version === '1.0.0' ? 'openmetrics' : null, q }
  return { format: type === 'text/plain' ? 'text' : null, q }
}

/** The text of these families. One without samples is left out. */
export function expose(families: Family[], format: Format): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap((family) => [...headOf(family, format), ...family.samples.map((sample) => lineOf(family, sample))])
  if (format === 'openmetrics') lines.push('# EOF')
  return lines.map((line) => `${line}\n`).join('')
}

function headOf({ name, type, help }: Family, format: Format): string[] {
  if (format === 'text') {
    const older = { counter: 'counter', gauge: 'gauge', info: 'gauge', unknown: 'untyped' }[type]
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${older}`]
  }
  const suffix = { counter: '_total', info: '_info', gauge: '', unknown: '' }[type]
  const family = name.slice(0, name.length - suffix.length)
  const unit = /_(seconds|bytes)$/.exec(family)?.[1]
  return [`# TYPE ${family} ${type}`, ...(unit ? [`# UNIT ${family} ${unit}`] : []), `# HELP ${family} ${help}`]
}

function lineOf({ name }: Family, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${numberText(value)}`
}

/** A label may hold any text, and ends at a quote. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}

function numberText(value: number): string {
  return String(value).replace(/^(-?)Infinity$/, (_, sign: string) => `${sign || '+'}Inf`)
}
