import { docstringsOf } from './docstrings.ts'
import { type Json, processSettings, projectSettings } from './schema.ts'

/** The tables of settings by the name that the documentation gives them. */
export function tables(): Record<string, string> {
  const inner = (key: string) => processSettings.properties?.[key] ?? {}
  const { extends: _, profiles: __, $schema: ___, ...own } = projectSettings.properties ?? {}
  const docs = new Map([
    ...docstringsOf('ProcessManagerConfig'),
    ...docstringsOf('WithExtends'),
    ...docstringsOf('WithProfiles'),
  ])
  return {
    config: table(
      {
        properties: {
          ...own,
          defaults: { type: 'object' },
          extends: projectSettings.properties?.extends ?? {},
          profiles: { type: 'object' },
        },
      },
      docs,
    ),
    process: table(processSettings, docstringsOf('ProcessConfig')),
    healthCheck: table(inner('healthCheck'), docstringsOf('HealthCheckSettings')),
    hooks: table(inner('hooks'), docstringsOf('HooksConfig')),
    deploy: table(inner('deploy'), docstringsOf('DeployConfig')),
    deployResources: table(inner('deploy').properties?.resources ?? {}, docstringsOf('DeployResources')),
    deployUpdate: table(inner('deploy').properties?.update ?? {}, docstringsOf('DeployUpdate')),
  }
}

/** In the order of the docstrings. */
function table({ properties = {} }: Json, docstrings: ReturnType<typeof docstringsOf>): string {
  const rows = [...docstrings].map(([key, { text, default: byDefault = '' }]) => {
    const setting = properties[key]
    if (!setting) throw new Error(`${key} is no setting of the schema`)
    const shown = /^'?[\w-]+'?$/.test(byDefault) ? `\`${byDefault.replaceAll("'", '')}\`` : byDefault
    return `| \`${key}\` | ${kind(setting)} | ${shown} | ${text} |`
  })
  return ['| setting | value | default | |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function kind(json: Json): string {
  if (json.anyOf) return [...new Set(json.anyOf.filter((each) => Object.keys(each).length > 0).map(kind))].join(' or ')
  if (json.const !== undefined) return `\`${json.const}\``
  if (Array.isArray(json.enum)) return json.enum.map((each) => `\`${each}\``).join(', ')
  switch (json.type) {
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
      return '`true`, `false`'
    case 'array':
      return `list of ${{ integer: 'numbers', string: 'texts' }[String((json.items as Json).type)] ?? 'objects'}`
    case 'object':
      return 'object'
    default:
      return 'text'
  }
}

/** The page with its tables as they are to be: between `<!-- settings NAME -->` and `<!-- end -->`. */
export function withTables(page: string): string {
  const all = tables()
  return page.replace(/(<!-- settings (\w+) -->)[\s\S]*?(<!-- end -->)/g, (_, head, name, end) => {
    if (all[name] === undefined) throw new Error(`there is no table of ${name}`)
    return `${head}\n\n${all[name]}\n\n${end}`
  })
}
