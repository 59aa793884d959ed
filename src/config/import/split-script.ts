import { splitLine } from '../command.ts'

/** One of the programs that a script runs side by side. */
export interface ScriptPart {
  name: string
  /** Another script of the package. */
  script?: string
  /** A command line for a shell. */
  line?: string
}

export interface SplitScript {
  program: string
  parts: ScriptPart[]
  /** The end of one of them ends the others. */
  endsTogether: boolean
}

/** Options of concurrently with a value. */
const WITH_VALUE = new Set(
  [
    '-n --names --name-separator -p --prefix -c --prefix-colors -l --prefix-length -t --timestamp-format -s --success',
    '-m --max-processes --restart-tries --restart-after --kill-signal --ks --handle-input-target --default-input-target',
    '--hide --kill-timeout --max-parallel',
  ].flatMap((names) => names.split(' ')),
)
const KILLS = /^(?:-k|--kill-others|--kill-others-on-fail)$/

/**
 * The programs that a script runs side by side with concurrently, run-p or npm-run-all. Undefined if it does something else as well,
 * or does not show what it runs.
 *
 * @param scripts names of all scripts
 */
export function splitScript(line: string, scripts: readonly string[]): SplitScript | undefined {
  // Outside of quotes, a shell would do more.
  if (/[|&;<>()$`\\]/.test(line.replace(/'[^']*'|"[^"$`\\]*"/g, ''))) return undefined
  const [program = '', ...words] = splitLine(line) ?? []
  const isParallel = words.some((word) => word === '-p' || word === '--parallel')
  const { names, rest, endsTogether } = optionsOf(words, program)
  if (/^conc(?:urrently)?$/.test(program)) {
    const all = rest.flatMap((word) => partsOf(word, scripts))
    const named = names.length === rest.length && all.length === rest.length
    const parts = all.map((part, index) => (named && names[index] ? { ...part, name: names[index] } : part))
    return parts.length > 1 ? { program, parts, endsTogether } : undefined
  }
  const isRunner = program === 'run-p' || (/^npm-run-all2?$/.test(program) && isParallel && !words.includes('-s'))
  const found = rest.flatMap((word) => matching(word, scripts))
  if (!isRunner || found.length < 2 || rest.some((word) => matching(word, scripts).length === 0)) return undefined
  return { program, parts: found.map((script) => ({ name: script, script })), endsTogether: true }
}

function optionsOf(words: string[], program: string): { names: string[]; rest: string[]; endsTogether: boolean } {
  const rest: string[] = []
  let names: string[] = []
  const isConcurrently = /^conc/.test(program)
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const [option = '', inline] = word.split(/=(.*)/s)
    if (!word.startsWith('-')) rest.push(word)
    else if (WITH_VALUE.has(option) && (isConcurrently || option === '--max-parallel')) {
      const value = inline ?? words[++at] ?? ''
      if (option === '-n' || option === '--names') names = value.split(',').map((name) => name.trim())
    }
  }
  return { names, rest, endsTogether: words.some((word) => KILLS.test(word)) }
}

/** A command of concurrently: `npm:NAME`, `npm run NAME`, or a line. */
function partsOf(command: string, scripts: readonly string[]): ScriptPart[] {
  const [, pattern] =
    /^(?:(?:npm|yarn|pnpm|bun|node):|(?:npm|pnpm|yarn|bun) run )([\w:*.-]+)$/.exec(command.trim()) ?? []
  const found = pattern === undefined ? [] : matching(pattern, scripts)
  if (found.length > 0) return found.map((script) => ({ name: script, script }))
  const [first = command] = splitLine(command) ?? []
  return [{ name: first.split('/').at(-1) ?? first, line: command }]
}

/** The scripts that a name or a pattern such as `dev:*` means. */
function matching(pattern: string, scripts: readonly string[]): string[] {
  if (!pattern.includes('*')) return scripts.includes(pattern) ? [pattern] : []
  const source = pattern
    .split(/(\*{1,2})/)
    .map((part) => (part === '**' ? '.+' : part === '*' ? '[^:]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  return scripts.filter((script) => new RegExp(`^${source}$`).test(script))
}
