import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PHASES } from '../../src/model/lifecycle/phase.ts'
import { OPERATIONS, type Operation } from '../../src/protocol/operations.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { choicesOf, interfaceOf, type Member, plain } from './interfaces.ts'

/* docs/api.md says what the table of operations says: routes from the table itself, the rest from its source. */

export interface Described {
  name: Operation
  text: string
  /** A body, as JSON. */
  example: string | undefined
  input: Member[]
  /** As written: `ProcessState[]`. */
  answer: string
}

const source = readFileSync(join(REPOSITORY, 'src/protocol/operations.ts'), 'utf8')

/** Types that have a page of their own, or are told in words: their members are many, or other types. */
const ELSEWHERE: Record<string, string> = {
  PhaseType: PHASES.map((phase) => `\`${phase}\``).join(', '),
  OutcomeResult: 'text',
  FolderId: 'text',
  WaitingFor: 'object with either `process` or `port`',
  EventCause: 'object: its `type` tells the cause, and its other fields belong to that cause',
  OutcomeCause: 'object: its `type` tells the cause, and its other fields belong to that cause',
  EndCause: 'object: its `type` tells the cause, and its other fields belong to that cause',
  ProcessConfig: '[processes](configuration.md)',
  ResolvedProcess: '[process](configuration.md), with every default applied',
  AlertRule: '[rules](alerts.md#rules), with every default, times in ms',
}

/** The operations, in the order of the table. */
export function operations(): Described[] {
  const rows = source.matchAll(/ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(\w+): (?:ask|stream)<([\w &]+), (.+?)>\(/g)
  return [...rows].map(([, comment = '', name = '', input = 'Nothing', answer = '']) => {
    const [text = '', example] = plain(comment).split(' @example ')
    const members = input === 'Nothing' ? [] : input.split(' & ').flatMap((part) => known(part).members)
    return { name: name as Operation, text, example, input: members, answer }
  })
}

export function apiReference(): string {
  const all = operations()
  const types = [...new Set(all.flatMap(({ answer }) => typesIn(answer)))]
  return [
    overview(all),
    ...all.map((operation) => section(operation, all)),
    '## Types',
    'An answer has every field that is not said to be absent. Later versions may add fields.',
    ...types.map(typeSection),
  ].join('\n\n')
}

function typeSection(name: string): string {
  const { text, parents, own } = known(name)
  const more = parents.map((parent) => `Everything of ${described(parent)}, and:`)
  return [`### ${name}`, text, ...more, fields(own)].filter((part) => part !== '').join('\n\n')
}

function overview(all: Described[]): string {
  const rows = all.map(({ name }) => {
    const { method, path, runsPrograms, revealsSecrets } = OPERATIONS[name]
    const kinds = [
      method === 'GET' ? 'looks' : 'changes',
      ...(runsPrograms ? ['starts programs'] : []),
      ...(revealsSecrets ? ['can show secrets'] : []),
    ]
    return `| [${name}](#${name.toLowerCase()}) | \`${method} ${path}\` | ${kinds.join(', ')} |`
  })
  return ['| operation | route | |', '| --- | --- | --- |', ...rows].join('\n')
}

function section(operation: Described, all: Described[]): string {
  const { name, text, example, answer } = operation
  const { method, path, kind } = OPERATIONS[name]
  const url = path.replace(':name', 'web').replace(':id', 'web-1')
  const body = example === undefined ? '' : ` -d '${JSON.stringify(JSON.parse(example))}'`
  const options = `${kind === 'stream' ? '-N ' : ''}${method === 'POST' && body === '' ? '-X POST ' : ''}`
  return [
    `## ${name}`,
    `\`${method} ${path}\``,
    text,
    ...inputOf(operation, all),
    kind === 'stream' ? `Each event: ${described(answer)}.` : `Answer: ${described(answer)}.`,
    `    curl ${options}--unix-socket .tuix/supervisor.sock http://localhost${url}${body}`,
  ].join('\n\n')
}

/** What it is told beside the names in its path; where an operation before it is told the same, that is said. */
function inputOf(operation: Described, all: Described[]): string[] {
  const table = inputTable(operation)
  if (table === '') return []
  const place = OPERATIONS[operation.name].method === 'GET' ? 'query' : 'body'
  const first = all.find((other) => inputTable(other) === table) ?? operation
  if (first !== operation) return [`In the ${place}: the same as for [${first.name}](#${first.name.toLowerCase()}).`]
  return [`In the ${place}:`, table]
}

function inputTable({ name, input }: Described): string {
  const others = input.filter(({ key }) => !OPERATIONS[name].path.includes(`:${key}`))
  return others.length === 0 ? '' : inputs(others)
}

function inputs(members: Member[]): string {
  const rows = members.map(({ key, isOptional, type, text, default: byDefault }) => {
    const absent = isOptional ? (byDefault === undefined ? '' : `\`${byDefault}\``) : 'required'
    return `| \`${key}\` | ${described(type)} | ${absent} | ${text} |`
  })
  return ['| field | value | default | |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function fields(members: Member[]): string {
  const rows = members.map(({ key, isOptional, type, text }) => {
    return `| \`${key}\` | ${described(type)}${isOptional ? ', or absent' : ''} | ${text} |`
  })
  return ['| field | value | |', '| --- | --- | --- |', ...rows].join('\n')
}

const WORDS: Record<string, string> = {
  string: 'text',
  number: 'number',
  boolean: '`true` or `false`',
  unknown: 'any JSON value',
  null: '`null`',
  true: '`true`',
}

/** A choice of more than these is described by its docstring alone. */
const MOST_CHOICES = 20

/** A type in words. */
function described(type: string): string {
  const parts = partsOf(type)
  if (parts.length > 1) return [...new Set(parts.map(described))].join(' or ')
  if (WORDS[type] !== undefined) return WORDS[type]
  if (ELSEWHERE[type] !== undefined) return ELSEWHERE[type]
  if (/^'.*'$/.test(type)) return `\`${type.slice(1, -1)}\``
  if (type.endsWith('[]')) return `list of ${plural(type.slice(0, -2))}`
  const [, value] = /^Record<string, (.*)>$/.exec(type) ?? []
  if (value !== undefined) return `object of ${plural(value)}`
  const [, picked] = /^Pick<\w+, (.*)>$/.exec(type) ?? []
  if (picked !== undefined) return `object of ${picked.replace(/'(\w+)'/g, '`$1`').replaceAll(' |', ',')}`
  const [, inline] = /^\{ (.*) \}$/.exec(type) ?? []
  if (inline !== undefined) {
    const members = inline.split('; ').map((member) => member.split(': '))
    return `object of ${members.map(([key, each = '']) => `\`${key}\` (${described(each)})`).join(' and ')}`
  }
  const choices = choicesOf(type)
  if (choices) return choices.length > MOST_CHOICES ? 'text' : choices.map((each) => `\`${each}\``).join(', ')
  known(type)
  return `[${type}](#${type.toLowerCase()})`
}

function plural(type: string): string {
  return partsOf(type)
    .map((part) => ({ string: 'texts', number: 'numbers' })[part] ?? described(part))
    .join(' or ')
}

/** Of a union, outside of brackets. */
function partsOf(type: string): string[] {
  return /[<{]/.test(type) ? [type] : type.split(' | ')
}

/** The interfaces that are shown for a type: its own, and those of its members. */
function typesIn(type: string): string[] {
  const names = (type.match(/\b[A-Z]\w+/g) ?? []).filter((name) => !(name in ELSEWHERE) && interfaceOf(name))
  return names.flatMap((name) => {
    const { parents, members } = known(name)
    return [name, ...parents, ...members.flatMap((member) => typesIn(member.type))]
  })
}

function known(name: string) {
  const found = interfaceOf(name)
  if (!found) throw new Error(`docs/api.md cannot describe the type ${name}`)
  return found
}
