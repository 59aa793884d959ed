import * as z from 'zod/mini'
import { processSchema, projectSchema } from '../../src/config/schema.ts'
import { docstringsOf } from './docstrings.ts'

export interface Json {
  [key: string]: unknown
  properties?: Record<string, Json>
  anyOf?: Json[]
}

const VARIABLE: Json = { $ref: '#/definitions/variable' }

/** A schema as JSON, with what the docstrings say of each setting. */
function jsonOf(schema: z.ZodMiniType, described: string): Json {
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }) as Json
  delete json.$schema
  return describe(json, described)
}

/** Interfaces of settings inside of settings. */
const INNER: Record<string, string> = {
  healthCheck: 'HealthCheckSettings',
  hooks: 'HooksConfig',
  deploy: 'DeployConfig',
  resources: 'DeployResources',
  update: 'DeployUpdate',
}

function describe(json: Json, name: string): Json {
  const docstrings = docstringsOf(name)
  const properties = Object.entries(json.properties ?? {}).map(([key, value]) => {
    const { text = '', default: byDefault } = docstrings.get(key) ?? {}
    const description = byDefault === undefined ? text : `${text} Default ${byDefault}.`.trim()
    const inner = INNER[key] === undefined ? value : describe(value, INNER[key])
    return [key, { ...(description !== '' && { description }), ...inner }]
  })
  return { ...json, properties: Object.fromEntries(properties) }
}

/** The settings of a process, without what only JSON schemas need. */
export const processSettings = jsonOf(processSchema, 'ProcessConfig')
/** The settings of a config. */
export const projectSettings = jsonOf(projectSchema, 'ProcessManagerConfig')

/** A text with a variable stands wherever text does not do: the loader reads numbers and flags from it. */
function withVariables(json: Json): Json {
  if (json.properties) {
    const entries = Object.entries(json.properties).map(([key, value]) => [
      key,
      key === 'name' ? value : withVariables(value),
    ])
    return { ...json, properties: Object.fromEntries(entries) }
  }
  const { description, ...rule } = json
  const shown = description === undefined ? {} : { description }
  // An empty rule is what only code can say: a RegExp.
  if (json.anyOf) return { ...shown, anyOf: [...json.anyOf.filter((each) => Object.keys(each).length > 0), VARIABLE] }
  const free =
    json.type === 'object' || json.type === 'array' || (json.type === 'string' && !json.enum && !json.pattern)
  return free ? json : { ...shown, anyOf: [rule, VARIABLE] }
}

/** The JSON schema of a `processes.*`, of a `tuix.config.*` with data and of the like. */
export function configSchema(): Json {
  const changes = withVariables({ ...processSettings, required: [] })
  const { name: _, ...named } = changes.properties ?? {}
  const { command: _command, args: _args, ...shared } = named
  const docs = {
    ...Object.fromEntries(docstringsOf('WithProfiles')),
    ...Object.fromEntries(docstringsOf('WithExtends')),
  }
  const project = withVariables(projectSettings).properties ?? {}
  const { extends: paths, profiles: _profiles, $schema, ...own } = project
  const settings = (properties: Record<string, Json>, required: string[] = []): Json => {
    return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false }
  }
  const ref = (name: string): Json => ({ $ref: `#/definitions/${name}` })
  const processes = (list: string, record: string) => {
    const anyOf = [
      { type: 'array', items: ref(list) },
      { type: 'object', additionalProperties: ref(record) },
    ]
    const described = (key: string): Json => ({ description: own[key]?.description, anyOf })
    return { processes: described('processes'), services: described('services') }
  }
  const changed = { ...own, defaults: { description: own.defaults?.description, allOf: [ref('defaults')] } }
  const profiles: Json = { description: docs.profiles?.text, type: 'object', additionalProperties: ref('profile') }
  const block = { ...changed, extends: { ...paths, description: docs.extends?.text }, profiles, $schema }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Processes of a project',
    if: { type: 'array' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schemas.
    then: { items: ref('listed') },
    else: {
      if: { required: ['processManager'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schemas.
      then: { properties: { processManager: ref('config') } },
      else: ref('config'),
    },
    definitions: {
      config: {
        if: { required: ['extends'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schemas.
        then: settings({ ...block, ...processes('listedChange', 'namedChange') } as Record<string, Json>),
        else: settings({ ...block, ...processes('listed', 'named') } as Record<string, Json>),
      },
      profile: settings({ ...changed, ...processes('listedChange', 'namedChange') }),
      defaults: settings(shared),
      listed: settings(changes.properties ?? {}, ['name', 'command']),
      named: settings(named, ['command']),
      listedChange: settings(changes.properties ?? {}, ['name']),
      namedChange: settings(named),
      variable: { description: `A text with \${NAME} or \${NAME:-default}.`, type: 'string', pattern: '\\$\\{' },
    },
  }
}
