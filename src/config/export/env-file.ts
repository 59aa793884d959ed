import { readFileSync } from 'node:fs'
import { parse } from 'dotenv'
import type { EnvFileUse } from './types.ts'

/** A line that every program reads in the same way: empty, a comment, or a name and a value without anything special. */
const PLAIN_LINE = /^(?:\s*(?:#.*)?|[A-Za-z_]\w*=(?:[^\s'"`\\$#](?:[^'"`\\$#]*[^\s'"`\\$#])?)?)$/

/** An env file of a config that was loaded, so it can be read. */
export function envFileUse(path: string): EnvFileUse {
  const text = readFileSync(path, 'utf8')
  return { path, variables: parse(text), isPlain: text.split('\n').every((line) => PLAIN_LINE.test(line)) }
}
