const STEPS = [
  { seconds: 86_400, unit: 'd' },
  { seconds: 3_600, unit: 'h' },
  { seconds: 60, unit: 'm' },
  { seconds: 1, unit: 's' },
] as const

/** Seconds in their two largest units: `45s`, `3m 12s`, `2h 5m`, `4d 3h`. Rounded down, never negative. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds))
  const first = STEPS.findIndex((step) => rest >= step.seconds)
  if (first === -1) return '0s'
  const words: string[] = []
  for (const step of STEPS.slice(first, first + 2)) {
    const count = Math.floor(rest / step.seconds)
    if (count > 0) words.push(`${count}${step.unit}`)
    rest -= count * step.seconds
  }
  return words.join(' ')
}

/** A duration in ms, precise if it is short: `79ms`, `3.1s`, then as `duration`. */
export function elapsed(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  return ms < 10_000 ? `${Math.floor(ms / 100) / 10}s` : duration(ms / 1000)
}

/** MB (2^20 bytes) for people: `12.3 MB`, `1.25 GB`. */
export function memory(megabytes: number): string {
  return megabytes < 1024 ? `${megabytes.toFixed(1)} MB` : `${(megabytes / 1024).toFixed(2)} GB`
}

/** The size of a file: `512 bytes`, `12.3 kB`, `1.2 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return counted(size, 'byte')
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`
}

/** Percent of one core: `0.5%`, `187.0%`. */
export function percent(value: number): string {
  return `${value.toFixed(1)}%`
}

/** A count and a noun with a regular plural: `1 process`, `3 processes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : /s$/.test(noun) ? `${noun}es` : `${noun}s`}`
}

/** A local date and time to the second, `2031-05-04 09:08:07`, from epoch ms. */
export function dateTime(at: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** An absolute and relative time: `2031-05-04 09:08:07 (3m 12s ago)`, or `(in 5m)`. Both arguments are epoch ms. */
export function moment(at: number, now: number): string {
  const distance = at > now ? `in ${duration((at - now) / 1000)}` : `${duration((now - at) / 1000)} ago`
  return `${dateTime(at)} (${distance})`
}

/** A time to the minute: `14:05`, or on another day `2031-05-04 14:05`. Both arguments are epoch ms. */
export function shortTime(at: number, now: number): string {
  const [day, time = ''] = dateTime(at).split(' ')
  return day === dateTime(now).split(' ')[0] ? time.slice(0, 5) : `${day} ${time.slice(0, 5)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
