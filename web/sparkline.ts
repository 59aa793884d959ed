import type { ComponentChildren } from 'preact'
import { html } from './html.ts'
import { processes, type Sample, samples } from './state.ts'

const WIDTH = 72
const HEIGHT = 22
/** Two minutes of samples. */
const SHOWN = 60

/** How a value went lately. The number stands beside it, so that readers of screens miss nothing. */
export function Sparkline({
  name,
  value,
  least,
}: {
  name: string
  value: 'cpu' | 'memory'
  least: number
}): ComponentChildren {
  // Samples come with every look at the processes.
  void processes.value
  const recent = (samples.get(name) ?? []).slice(-SHOWN)
  const most = Math.max(least, ...recent.map((sample) => sample[value] ?? 0))
  const place = (sample: Sample, index: number) => {
    const x = WIDTH - (recent.length - 1 - index) * (WIDTH / (SHOWN - 1))
    return `${x.toFixed(1)},${(HEIGHT - 2 - ((sample[value] ?? 0) / most) * (HEIGHT - 4)).toFixed(1)}`
  }
  const points = recent.map(place)
  const start = points[0]?.split(',')[0]
  return html`<svg class=${`spark ${value}`} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
    ${points.length > 1 && html`<polygon points=${`${start},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} /><polyline points=${points.join(' ')} />`}
  </svg>`
}
