import { OPERATIONS } from '../../src/protocol/operations.ts'
import { type Described, operations } from './api.ts'
import { choicesOf, interfaceOf, type Member } from './interfaces.ts'

/* docs/openapi.json: what the web listener answers below /v1/, for programs that make clients or tests of it. */

type Json = Record<string, unknown>

export function openApi(): Json {
  const components = new Map<string, Json>()
  const paths: Record<string, Json> = {}
  for (const operation of operations()) {
    const { method, path, isLocal } = OPERATIONS[operation.name]
    if (isLocal) continue
    const route = path.replace(/:(\w+)/g, '{$1}')
    paths[route] = { ...paths[route], [method.toLowerCase()]: operationOf(operation, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'tuix-process-manager',
      version: '1',
      description: 'The operations of a supervisor, over its web listener.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { ...Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))), Failure: FAILURE },
    },
  }
}

const FAILURE = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string', description: 'One sentence for people.' } },
    },
  },
}

function operationOf({ name, text, example, input, answer }: Described, components: Map<string, Json>): Json {
  const { method, path, kind } = OPERATIONS[name]
  const inPath = input.filter(({ key }) => path.includes(`:${key}`))
  const others = input.filter(({ key }) => !path.includes(`:${key}`))
  const schema = schemaOf(answer, components)
  const parameters = [
    ...inPath.map((member) => ({ ...parameterOf(member, components), in: 'path', required: true })),
    ...(method === 'GET' ? others.map((member) => ({ ...parameterOf(member, components), in: 'query' })) : []),
  ]
  const body = { schema: objectOf(others, components), ...(example !== undefined && { example: JSON.parse(example) }) }
  const content =
    kind === 'stream'
      ? { 'text/event-stream': { schema: { type: 'string' }, 'x-item': schema } }
      : { 'application/json': { schema } }
  const failure = { description: 'One sentence.', content: { 'application/json': { schema: reference('Failure') } } }
  return {
    operationId: name,
    summary: text,
    ...(parameters.length > 0 && { parameters }),
    ...(method === 'POST' && { requestBody: { required: others.length > 0, content: { 'application/json': body } } }),
    responses: {
      200: { description: kind === 'stream' ? 'Server-sent events.' : 'The answer.', content },
      default: failure,
    },
  }
}

/** A list in a query is separated by commas. */
function parameterOf({ key, text, type, isOptional }: Member, components: Map<string, Json>): Json {
  const isList = type.endsWith('[]')
  return {
    name: key,
    ...(!isOptional && { required: true }),
    description: text,
    schema: schemaOf(type, components),
    ...(isList && { style: 'form', explode: false }),
  }
}

function objectOf(members: readonly Member[], components: Map<string, Json>): Json {
  const required = members.filter(({ isOptional }) => !isOptional).map(({ key }) => key)
  const properties = members.map(({ key, type, text }) => [
    key,
    { ...schemaOf(type, components), ...(text && { description: text }) },
  ])
  return { type: 'object', ...(required.length > 0 && { required }), properties: Object.fromEntries(properties) }
}

const SIMPLE: Record<string, Json> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  true: { const: true },
  // Names of processes.
  Name: { type: 'string' },
  // A function is for code alone.
  'Variables | EnvironmentOf<Name>': {
    type: 'object',
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  },
  PortWish: {
    anyOf: [
      { type: 'number' },
      { const: 'auto' },
      { type: 'object', required: ['prefer'], properties: { prefer: { type: 'number' } } },
    ],
  },
}

/** Unions that are told by the interface with the settings of all their members. */
const SETTINGS: Record<string, string> = { HealthCheckConfig: 'HealthCheckSettings' }

/** A type as it is written. What is neither an interface nor a choice of texts may be any value. */
function schemaOf(type: string, components: Map<string, Json>): Json {
  if (SIMPLE[type]) return SIMPLE[type]
  if (/^'[^']*'$/.test(type)) return { const: type.slice(1, -1) }
  if (/[<{].* \| null$/.test(type)) return { anyOf: [schemaOf(type.slice(0, -7), components), SIMPLE.null] }
  const [, union] = /^\(([^()]*)\)\[\]$/.exec(type) ?? []
  if (union !== undefined) return { type: 'array', items: schemaOf(union, components) }
  const parts = /[<{]/.test(type) ? [type] : type.split(' | ')
  if (parts.length > 1) return { anyOf: parts.map((part) => schemaOf(part, components)) }
  if (type.endsWith('[]')) return { type: 'array', items: schemaOf(type.slice(0, -2), components) }
  const [, value] = /^Record<string, (.*)>$/.exec(type) ?? []
  if (value !== undefined) return { type: 'object', additionalProperties: schemaOf(value, components) }
  const [, inline] = /^\{ (.*) \}$/.exec(type) ?? []
  if (inline !== undefined) {
    const members = inline.split('; ').map((member) => member.split(': '))
    return objectOf(
      members.map(([key = '', each = '']) => ({ key, type: each, text: '', isOptional: false })),
      components,
    )
  }
  const [, whole = '', picked] = /^Pick<(\w+), (.*)>$/.exec(type) ?? []
  if (picked !== undefined) {
    const members = interfaceOf(whole)?.members ?? []
    return objectOf(
      members.filter(({ key }) => picked.includes(`'${key}'`)),
      components,
    )
  }
  const choices = choicesOf(type)
  if (choices) return { type: 'string', enum: choices }
  const found = /^\w+$/.test(type) ? interfaceOf(SETTINGS[type] ?? type) : undefined
  if (!found) return {}
  if (!components.has(type)) {
    components.set(type, {})
    const { text, members } = found
    components.set(type, { ...objectOf(members, components), ...(text && { description: text }) })
  }
  return reference(type)
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` }
}
