import uPlot from 'uplot'
import type { Sample } from './state.ts'

/** ms between two samples from which on nobody looked in between, so that no line joins them. */
const GAP = 10_000
/** s between two times of the axis. */
const STEPS = [10, 15, 30, 60, 120, 300, 600]

export interface ChartOptions {
  element: HTMLElement
  value: 'cpu' | 'memory'
  height: number
  format(value: number): string
}

/** A chart of a value over time, in the colours of the theme. */
export class Chart {
  readonly #options: ChartOptions
  readonly #observer: ResizeObserver
  #plot: uPlot

  constructor(options: ChartOptions) {
    this.#options = options
    this.#plot = this.#draw()
    this.#observer = new ResizeObserver(() =>
      this.#plot.setSize({ width: options.element.clientWidth, height: options.height }),
    )
    this.#observer.observe(options.element)
  }

  show(samples: Sample[]): void {
    this.#plot.setData(dataOf(samples, this.#options.value))
  }

  close(): void {
    this.#observer.disconnect()
    this.#plot.destroy()
  }

  #draw(): uPlot {
    const { element, value, height, format } = this.#options
    // The canvas knows no variables.
    const color = (name: string) => {
      element.style.color = `var(${name})`
      return getComputedStyle(element).color
    }
    const axis = {
      stroke: color('--muted'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    }
    const series = {
      label: value,
      stroke: color(`--${value}`),
      fill: color(`--${value}-fill`),
      width: 1.5,
      points: { show: false },
    }
    return new uPlot(
      {
        width: element.clientWidth,
        height,
        series: [{}, series],
        axes: [
          { ...axis, space: 80, size: 28, incrs: STEPS, values: (_, ticks) => ticks.map(timeOf) },
          { ...axis, size: 64, values: (_, ticks) => ticks.map(format) },
        ],
        scales: {
          x: { range: (_, least, most = 60) => [Math.min(least ?? 0, most - 60), most] },
          y: { range: (_, __, most) => [0, Math.max(most * 1.15, value === 'cpu' ? 1 : 10)] },
        },
        cursor: { y: false, drag: { x: false, y: false } },
        legend: { show: false },
      },
      [[], []],
      element,
    )
  }
}

/** `14:05:09`, local, from epoch s. */
const timeOf = (at: number) => new Date(at * 1000).toTimeString().slice(0, 8)

function dataOf(samples: Sample[], value: 'cpu' | 'memory'): uPlot.AlignedData {
  const times: number[] = []
  const values: (number | null)[] = []
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1]
    if (before && sample.at - before.at > GAP) {
      times.push((before.at + 1) / 1000)
      values.push(null)
    }
    times.push(sample.at / 1000)
    values.push(sample[value])
  }
  return [times, values]
}
