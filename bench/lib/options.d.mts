export interface BenchOptions {
  names: string[]
  runtime: 'node' | 'bun' | undefined
  rounds: number | undefined
  withPeers: boolean
  against: string | undefined
  json: string | undefined
  markdown: boolean
  help: boolean
}
export function helpText(measures: string[], onDemand: string[]): string
export function optionsOf(args: string[], measures: string[], onDemand: string[]): BenchOptions
