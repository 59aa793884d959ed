import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'dotenv'
import { refusalAt, type Source } from './place.ts'

/** The variables of a file in dotenv's syntax, as they stand there. Throws a `config` error that names the file. */
export function readEnvFile(path: string, source: Source): { file: string; variables: Record<string, string> } {
  const file = resolve(source.folder, path)
  try {
    return { file, variables: parse(readFileSync(file)) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const problem = code === 'ENOENT' ? 'but there is no such file' : `which cannot be read (${code})`
    throw refusalAt(source, `names ${path}, ${problem}`)
  }
}
