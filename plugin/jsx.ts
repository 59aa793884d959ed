import { commands as catalog } from '../commands/catalog.ts'
import type { PsEnvironment } from '../commands/environment.ts'
import type { Output } from '../commands/output.ts'
import { exitSoon } from './exit.ts'

const ELEMENT = Symbol.for('tuix.jsx.element')

/** An element of tuix's JSX, built without tuix. */
export interface JsxElement {
  $$typeof: symbol
  type: string
  props: Record<string, unknown>
  key: null
}

/** Runs what the command line says, in an environment that the caller may change first. */
export type RunFromArgv = (adapt: (environment: PsEnvironment) => PsEnvironment) => Promise<void>

/**
 * The plugin as an element that registers its commands. They stand beside each other, parents first: what is nested in a
 * command is not registered before that command runs.
 */
export function jsxFace(name: string, argv: readonly string[], run: RunFromArgv): JsxElement {
  const handler = onceHandler(argv, run)
  const summaries = new Map(catalog.map((command) => [command.name, command.summary]))
  const paths = [[name], ...catalog.map((command) => [name, command.name]), ...typedPaths(name, argv)]
  const children = paths.map((path) =>
    element('scope', {
      type: 'command',
      name: path.at(-1),
      path,
      description: summaries.get(path[1] ?? '') ?? 'Start, stop and watch processes',
      executable: true,
      handler,
      // Said outright, or the host guesses from the handler's source text.
      metadata: { interactive: false },
    }),
  )
  return element('vstack', { children })
}

function element(type: string, props: Record<string, unknown>): JsxElement {
  return { $$typeof: ELEMENT, type, props, key: null }
}

/** To this host every token before the first flag is part of the command's path: `ps start web` is a path of three. */
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

/** The host calls a handler three times, with nothing, and waits for the last call only: one run serves them all. */
function onceHandler(argv: readonly string[], run: RunFromArgv): (context: unknown) => Promise<string> {
  let running: Promise<string> | undefined
  return (_context) => {
    running ??= runOnce(argv, run)
    return running
  }
}

async function runOnce(argv: readonly string[], run: RunFromArgv): Promise<string> {
  const follows = argv.some((token) => /^(?:--follow|-[a-z]*f[a-z]*)$/.test(token))
  await run((environment) => (follows ? environment : { ...environment, stdout: untilExit(environment.stdout) }))
  // On a terminal this host waits for keys after any command.
  if (process.stdout.isTTY) exitSoon()
  return ''
}

/** This host wipes the screen after the handler: what is to stay is written at the very end. */
function untilExit(stdout: Output): Output {
  let text = ''
  process.once('exit', () => stdout.write(text))
  return {
    ...stdout,
    write: (more) => {
      text += more
    },
  }
}
