import { parseAst } from 'rolldown/parseAst'

export interface Mutant {
  /** The first and the last line that change; the file's first is 1. */
  line: number
  last: number
  /** The lines that change, before and after, as one line. */
  from: string
  to: string
  /** The whole file, changed. */
  source: string
}

interface Node {
  type: string
  start: number
  end: number
  // biome-ignore lint/suspicious/noExplicitAny: every type of node has its own keys.
  [key: string]: any
}

interface Edit {
  start: number
  end: number
  text: string
}

const OPERATORS: Record<string, string[]> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '??=': ['='],
  '||=': ['='],
  '++': ['--'],
  '--': ['++'],
}

const METHODS: Record<string, string> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  find: 'findLast',
  findLast: 'find',
  findIndex: 'findLastIndex',
  findLastIndex: 'findIndex',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  push: 'unshift',
  unshift: 'push',
}

/** Calls that give what they are called on if they are left out, but in another order, form or number. */
const LEFT_OUT =
  /^(?:filter|sort|toSorted|reverse|toReversed|slice|trim|trimEnd|trimStart|toLowerCase|toUpperCase|flat|replace|replaceAll)$/

/** Every change of one place in a source that its tests should notice. */
export function mutantsOf(source: string): Mutant[] {
  const edits: Edit[] = []
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node, [])
  return edits
    .map((edit) => mutant(source, edit))
    .filter(({ source: changed }) => changed !== source && parses(changed))

  function visit(node: Node, parents: Node[]): void {
    edits.push(...editsOf(node, parents, source))
    for (const [key, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child) && hasBehaviour(child, key)) visit(child, [node, ...parents])
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** Types and names have none. */
function hasBehaviour({ type }: Node, key: string): boolean {
  if (/^TS(?:As|Satisfies|NonNull)Expression$/.test(type)) return true
  return (
    !type.startsWith('TS') && !/^(?:Import|ExportAll)/.test(type) && !/^(?:typeAnnotation|typeArguments)$/.test(key)
  )
}

function editsOf(node: Node, parents: Node[], source: string): Edit[] {
  const parent = parents[0]
  const text = (part: Node) => source.slice(part.start, part.end)
  const become = (...texts: string[]): Edit[] => texts.map((each) => ({ start: node.start, end: node.end, text: each }))
  const operator = (left: number, right: number): Edit[] =>
    (OPERATORS[node.operator] ?? []).map((other) => {
      const start = source.indexOf(node.operator, left)
      return start < right
        ? { start, end: start + node.operator.length, text: other }
        : { start: left, end: left, text: '' }
    })
  // Where the whole condition is made true and false, its opposite is noticed as well.
  const isDecided = /^(?:If|While|For)Statement$/.test(parent?.type ?? '') && parent?.test === node
  switch (node.type) {
    case 'BinaryExpression':
      if (isDecided && /^(?:in|instanceof|[!=]==)$/.test(node.operator)) return []
      if (/^(?:in|instanceof)$/.test(node.operator)) return become(`!(${text(node)})`)
      if (node.operator === '+' && [node.left, node.right].some(isText)) return []
      return operator(node.left.end, node.right.start)
    case 'LogicalExpression':
      // Both sides alone are noticed only by tests that would notice the other operator, too.
      return become(`(${text(node.left)})`, `(${text(node.right)})`)
    case 'UnaryExpression':
      return (node.operator === '!' && !isDecided) || node.operator === '-' ? become(`(${text(node.argument)})`) : []
    case 'UpdateExpression':
      return node.prefix ? operator(node.start, node.argument.start) : operator(node.argument.end, node.end)
    case 'AssignmentExpression':
      return operator(node.left.end, node.right.start)
    case 'IfStatement':
      return conditions(node.test, 'true', 'false')
    case 'WhileStatement':
    case 'ForStatement':
      return node.test ? conditions(node.test, 'false') : []
    case 'ConditionalExpression':
      return become(`(${text(node.consequent)})`, `(${text(node.alternate)})`)
    case 'ExpressionStatement':
      return node.directive ? [] : become(';')
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return become(';')
    case 'SwitchCase':
      return node.test ? become('') : node.consequent.length > 0 ? become('default:') : []
    case 'ObjectExpression':
      return without(node.properties)
    case 'ArrayExpression':
      return without(node.elements.filter(isNode))
    case 'AssignmentPattern':
      return become(text(node.left))
    case 'ChainExpression':
      return []
    case 'MemberExpression':
      return node.optional ? optional(node.object.end) : []
    case 'CallExpression':
      return [...(node.optional ? optional(node.callee.end) : []), ...call(node)]
    case 'Literal':
      return literal()
    default:
      return []
  }

  function conditions(test: Node, ...texts: string[]): Edit[] {
    return texts.map((each) => ({ start: test.start, end: test.end, text: each }))
  }

  function without(parts: Node[]): Edit[] {
    return parts.map((part, i) => {
      const [next, previous] = [parts[i + 1], parts[i - 1]]
      if (next) return { start: part.start, end: next.start, text: '' }
      return { start: previous?.end ?? part.start, end: part.end, text: '' }
    })
  }

  function optional(from: number): Edit[] {
    const start = source.indexOf('?.', from)
    // `a?.[0]` and `a?.()` need no dot.
    return [{ start, end: start + 2, text: /[[(]/.test(source[start + 2] ?? '') ? '' : '.' }]
  }

  function call({ callee, arguments: given }: Node): Edit[] {
    if (callee.type !== 'MemberExpression' || callee.computed) return []
    const { name, start, end } = callee.property
    const other = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
    // The greatest of one number is its least.
    const same = /^(?:min|max)$/.test(name) && given.length === 1 && given[0].type !== 'SpreadElement'
    return [
      ...(other && !same ? [{ start, end, text: other }] : []),
      ...(LEFT_OUT.test(name) ? become(text(callee.object)) : []),
    ]
  }

  function literal(): Edit[] {
    if (typeof node.value === 'number') {
      const [more, less] = [`${node.value + 1}`, node.value === 0 ? '(-1)' : `${node.value - 1}`]
      // A loop that begins too early mostly finds nothing there.
      return parent?.type === 'VariableDeclarator' && parents[2]?.type === 'ForStatement'
        ? become(more)
        : become(more, less)
    }
    if (typeof node.value === 'boolean') return become(String(!node.value))
    if (node.regex) return anchors(node).flatMap((each) => become(each))
    return isCode(node, parent) ? become("''") : []
  }
}

function isText({ type, value }: Node): boolean {
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string')
}

/** A word that a program reads, not a sentence: how those are worded is no rule. Where it is compared, the comparison is changed. */
function isCode({ value }: Node, parent: Node | undefined): boolean {
  if (typeof value !== 'string' || value === '' || /\s/.test(value) || !parent) return false
  if (/^(?:BinaryExpression|SwitchCase|ImportExpression|ExportNamedDeclaration)$/.test(parent.type)) return false
  // A property or an element is left out.
  return !/^(?:Property|ArrayExpression)$/.test(parent.type)
}

/** A regular expression without the one or the other of its ends. */
function anchors({ regex: { pattern, flags } }: Node): string[] {
  const shorter = [pattern.replace(/^\^/, ''), pattern.replace(/(?<!\\)\$$/, '')]
  return shorter.filter((each) => each !== '' && each !== pattern).map((each) => `/${each}/${flags}`)
}

function mutant(source: string, { start, end, text }: Edit): Mutant {
  const first = source.lastIndexOf('\n', start - 1) + 1
  const behind = source.indexOf('\n', end)
  const [before, after] = [source.slice(first, start), source.slice(end, behind < 0 ? undefined : behind)]
  const lineOf = (place: number) => source.slice(0, place).split('\n').length
  return {
    line: lineOf(start),
    last: lineOf(end),
    from: oneLine(before + source.slice(start, end) + after),
    to: oneLine(before + text + after),
    source: source.slice(0, start) + text + source.slice(end),
  }
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ')
}

function parses(source: string): boolean {
  try {
    parseAst(source, { lang: 'ts' })
    return true
  } catch {
    return false
  }
}
