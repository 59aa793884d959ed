import { commands as catalog } from '../commands/cli/catalog.ts'

const ELEMENT = Symbol.for('tuix.jsx.element')

/** An element of tuix's JSX, built without tuix. */
export interface JsxElement {
  $$typeof: symbol
  type: string
  props: Record<string, unknown>
  key: null
}

interface JsxOptions {
  /** Names of the commands that the command belongs to. */
  parents: string[]
  /** What the component has between its tags. */
  children: unknown
  /** Runs the command line of this process. */
  run(): Promise<void>
}

/**
 * The plugin as an element that registers its commands. They are siblings, parents first, since this host registers
 * nested commands only when their parent runs.
 */
export function jsxElement(name: string, argv: readonly string[], { parents, children, run }: JsxOptions): JsxElement {
  const handler = onceHandler(run)
  const summaries = new Map(catalog.map((command) => [command.name, command.summary]))
  const paths = [[name], ...catalog.map((command) => [name, command.name]), ...typedPaths(name, argv)]
  const scopes = paths.map((path) =>
    element('scope', {
      type: 'command',
      name: path.at(-1),
      path: [...parents, ...path],
      description: summaries.get(path[1] ?? '') ?? 'Start, stop and watch processes',
      executable: true,
      handler,
      // Explicit, since the host would otherwise guess from the handler's source text.
      metadata: { interactive: false },
    }),
  )
  return element('vstack', { children: [...scopes, ...(children === undefined ? [] : [children].flat())] })
}

function element(type: string, props: Record<string, unknown>): JsxElement {
  return { $$typeof: ELEMENT, type, props, key: null }
}

/**
 * Paths for the words on the command line, since to this host every word before the first flag is part of the command's
 * path.
 */
function typedPaths(name: string, argv: readonly string[]): string[][] {
  const at = argv.indexOf(name, 2)
  if (at === -1) return []
  const flag = argv.findIndex((token, index) => index > at && token.startsWith('-'))
  const words = argv.slice(at, flag === -1 ? undefined : flag)
  const paths = words.map((_, index) => words.slice(0, index + 1))
  return paths.filter(
    (path) => path.length > 2 || (path.length === 2 && !catalog.some((known) => known.name === path[1])),
  )
}

/** Runs the command once, since this host calls a handler three times, without arguments, and awaits only the last call. */
function onceHandler(run: () => Promise<void>): (context: unknown) => Promise<string> {
  let running: Promise<string> | undefined
  return (_context) => {
    running ??= run().then(() => '')
    return running
  }
}
