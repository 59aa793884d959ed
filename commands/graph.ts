import type { ProcessManager } from '../src/index.ts'
import type { GraphSources } from './format/graph.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { oneOf } from './shared/flag-values.ts'
import { noProcessesText, withDeclared } from './shared/open-manager.ts'
import { terminalWidth } from './shared/output.ts'
import { expandNames } from './shared/selection.ts'
import { unknownProcess, usageError } from './shared/usage.ts'

const FORMATS = ['text', 'json', 'mermaid', 'dot'] as const
type Format = (typeof FORMATS)[number]

export const graph: Command = {
  name: 'graph',
  aliases: [],
  summary: 'Show dependencies between processes, and their status',
  usage: 'graph [name…] [options]',
  options: [
    { flags: '--format <format>', summary: 'Output format: text (default), json, mermaid or dot', choices: FORMATS },
  ],
  examples: [
    ['graph', 'Every process, with its dependencies below it'],
    ['graph web', 'One process and everything it depends on'],
    ['graph --format mermaid', 'For Markdown; use dot for Graphviz'],
  ],
  async run(context) {
    const format = formatOf(context)
    const { environment, names, print, printJson, note, paint, symbols } = context
    const { drawGraph, graphOf, restrict } = await import('./format/graph.ts')
    const { toDot, toMermaid } = await import('./format/graph-languages.ts')
    const { sources, nothing } = await sourcesOf(context)
    const whole = graphOf(sources)
    const known = whole.nodes.map(({ name }) => name)
    const wanted = await expandNames(names, () => known)
    const unknown = wanted.find((name) => !known.includes(name))
    if (unknown !== undefined) throw unknownProcess(unknown, known)
    const shown = names.length > 0 ? restrict(whole, wanted) : whole
    const now = environment.now()
    if (format === 'json') printJson(shown)
    else if (shown.nodes.length === 0) note(nothing)
    else if (format === 'mermaid') print(toMermaid(shown, now))
    else if (format === 'dot') print(toDot(shown, now))
    else print(drawGraph(shown, { paint, symbols, now, width: terminalWidth(environment.stdout) }))
    return EXIT.done
  },
}

function formatOf({ flags }: CommandContext): Format {
  const format = oneOf('--format', flags.format ?? (flags.json ? 'json' : 'text'), FORMATS)
  if (flags.json && format !== 'json') throw usageError(`--json cannot be combined with --format ${format}`)
  return format
}

/** Dependencies from the config, and those of processes that only the supervisor knows; and why there are none, if there are none. */
async function sourcesOf(context: CommandContext): Promise<{ sources: GraphSources; nothing: string }> {
  return await withDeclared(context, async ({ manager, declared }) => {
    const states = await manager.list()
    const names = new Set(declared.processes.map(({ name }) => name))
    const others = states.filter(({ name, instanceOf }) => !names.has(instanceOf ?? name))
    const sources = {
      declared: declared.processes,
      states,
      others: await Promise.all(others.map((state) => needsOf(state, manager))),
    }
    return { sources, nothing: `no processes are declared: ${await noProcessesText(context, declared)}` }
  })
}

async function needsOf({ name }: { name: string }, manager: ProcessManager): Promise<GraphSources['others'][number]> {
  const { config } = await manager.status(name)
  return { name: config.instanceOf ?? name, group: config.group, dependsOn: config.dependsOn }
}
