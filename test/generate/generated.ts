import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { configSchema } from './schema.ts'
import { withTables } from './tables.ts'

/** Files with parts that follow from the schema, as they are to be. */
export function generated(): { path: string; content: string }[] {
  const schema = join(REPOSITORY, 'src/config/schema.json')
  const page = join(REPOSITORY, 'docs/configuration.md')
  return [
    { path: schema, content: `${JSON.stringify(configSchema(), null, 2)}\n` },
    { path: page, content: withTables(readFileSync(page, 'utf8')) },
  ]
}
