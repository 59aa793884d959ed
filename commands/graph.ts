import { type ProcessManager, ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import type { GraphSources } from './format/graph.ts'
import { expandNames } from './names.ts'
import { openDeclared } from './session.ts'
import { unknownProcess } from './usage.ts'

const FORMATS = ['text', 'json', 'mermaid', 'dot'] as const
type Format = (typeof FORMATS)[number]

export const graph: Command = {
  name: 'graph',
  aliases: [],
  summary: 'Show what depends on what, and how it is',
  usage: 'graph [name…] [options]',
  options: [{ flags: '--format <format>', summary: 'text (default), json, mermaid or dot', choices: FORMATS }],
  examples: [
    ['graph', 'Every process, what it needs below it'],
    ['graph web', 'One process and everything that it needs'],
    ['graph --format mermaid', 'For Markdown; dot is for Graphviz'],
  ],
  async run(context) {
    const format = formatOf(context)
    const { environment, names, print, note, paint, symbols } = context
    const { drawGraph, graphOf, restrict } = await import('./format/graph.ts')
    const { toDot, toMermaid } = await import('./format/graph-languages.ts')
    const whole = graphOf(await sourcesOf(context))
    const known = whole.nodes.map(({ name }) => name)
    const wanted = await expandNames(names, () => known)
    const unknown = wanted.find((name) => !known.includes(name))
    if (unknown !== undefined) throw unknownProcess(unknown, known)
    const shown = names.length > 0 ? restrict(whole, wanted) : whole
    const now = environment.now()
    if (format === 'json') print(JSON.stringify(shown, null, 2))
    else if (shown.nodes.length === 0) note('no processes are declared')
    else if (format === 'mermaid') print(toMermaid(shown, now))
    else if (format === 'dot') print(toDot(shown, now))
    else print(drawGraph(shown, { paint, symbols, now, lines: environment.stdout.isTTY }))
    return EXIT.done
  },
}

function formatOf({ flags }: CommandContext): Format {
  const { format = flags.json ? 'json' : 'text', json } = flags
  const found = FORMATS.find((name) => name === format)
  if (!found) throw new ProcessManagerError('usage', `--format is text, json, mermaid or dot, not ${format}`)
  if (json && found !== 'json')
    throw new ProcessManagerError('usage', `--json and --format ${format} contradict each other`)
  return found
}

/** What the config says, and what the supervisor knows beside it. */
async function sourcesOf(context: CommandContext): Promise<GraphSources> {
  const { manager, declared } = await openDeclared(context)
  try {
    const states = await manager.list()
    const names = new Set(declared.processes.map(({ name }) => name))
    const others = states.filter(({ name, instanceOf }) => !names.has(instanceOf ?? name))
    return {
      declared: declared.processes,
      states,
      others: await Promise.all(others.map((state) => needsOf(state, manager))),
    }
  } finally {
    await manager.close()
  }
}

async function needsOf({ name }: { name: string }, manager: ProcessManager): Promise<GraphSources['others'][number]> {
  const { config } = await manager.status(name)
  return { name: config.instanceOf ?? name, group: config.group, dependsOn: config.dependsOn }
}
