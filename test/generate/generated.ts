import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPOSE_KEYS, SWARM_KEYS } from '../../src/config/export/compose/keys.ts'
import type { Fates } from '../../src/config/export/keys.ts'
import { KUBERNETES_KEYS } from '../../src/config/export/kubernetes/keys.ts'
import { NOMAD_KEYS } from '../../src/config/export/nomad/keys.ts'
import { SYSTEMD_KEYS } from '../../src/config/export/systemd/keys.ts'
import { METRICS } from '../../src/model/telemetry/families.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { apiReference } from './api.ts'
import { docstringsOf } from './docstrings.ts'
import { openApi } from './openapi.ts'
import { configSchema } from './schema.ts'
import { withTables } from './tables.ts'

/** Files with parts that follow from the sources, as they are to be. */
export function generated(): { path: string; content: string }[] {
  const file = (path: string, content: (before: string) => string) => {
    const whole = join(REPOSITORY, path)
    return { path: whole, content: content(readFileSync(whole, 'utf8')) }
  }
  return [
    file('src/config/schema.json', () => `${JSON.stringify(configSchema(), null, 2)}\n`),
    file('docs/configuration.md', withTables),
    file('docs/metrics.md', withMetrics),
    file('docs/exporting.md', withExports),
    file('docs/api.md', withReference),
    file('docs/openapi.json', () => `${JSON.stringify(openApi(), null, 1)}\n`),
  ]
}

/** The page with its table of metrics as it is to be. */
function withMetrics(page: string): string {
  const rows = METRICS.map(({ name, type, labels, help }) => {
    return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`
  })
  const table = ['| metric | type | labels | |', '| --- | --- | --- | --- |', ...rows].join('\n')
  return page.replace(/(<!-- metrics -->)[\s\S]*?(<!-- end -->)/, (_, head, end) => `${head}\n\n${table}\n\n${end}`)
}

/** The page with its table of what settings become in other engines. */
function withExports(page: string): string {
  const formats: [string, Fates][] = [
    ['systemd', SYSTEMD_KEYS],
    ['compose', COMPOSE_KEYS],
    ['Swarm', SWARM_KEYS],
    ['Kubernetes', KUBERNETES_KEYS],
    ['Nomad', NOMAD_KEYS],
  ]
  const keys = [...docstringsOf('ProcessConfig').keys()] as (keyof Fates)[]
  const rows = keys.map((key) => {
    const cells = formats.map(([, fates]) => ('as' in fates[key] ? fates[key].as : 'moot' in fates[key] ? '·' : '–'))
    return `| \`${key}\` | ${cells.join(' | ')} |`
  })
  const head = [`| setting | ${formats.map(([name]) => name).join(' | ')} |`, `| ${Array(6).fill('---').join(' | ')} |`]
  const table = [...head, ...rows].join('\n')
  return page.replace(/(<!-- exports -->)[\s\S]*?(<!-- end -->)/, (_, start, end) => `${start}\n\n${table}\n\n${end}`)
}

/** The page with what is between `<!-- operations -->` and `<!-- end -->` as it is to be. */
function withReference(page: string): string {
  const parts = /^([\s\S]*<!-- operations -->\n)[\s\S]*(\n<!-- end -->\n)$/.exec(page)
  if (!parts) throw new Error('docs/api.md has no place for the operations')
  return `${parts[1]}\n${apiReference()}\n${parts[2]}`
}
