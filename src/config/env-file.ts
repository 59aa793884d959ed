import { resolve } from 'node:path'
import { parse } from 'dotenv'
import { ProcessManagerError } from '../model/errors.ts'
import { readGiven, readProblem } from './given-file.ts'
import { configErrorAt, type Source } from './place.ts'

export interface EnvFile {
  file: string
  variables: Record<string, string>
  /** What is in the file and has no effect, a sentence each. */
  notes: string[]
}

/** The variables of a file in dotenv syntax, without expansion. Throws a `config` error that names the file. */
export function readEnvFile(path: string, source: Source): EnvFile {
  const file = resolve(source.folder, path)
  try {
    const content = readGiven(file)
    // Such as PowerShell writes. Nothing of it would be understood.
    if (content.includes(0)) throw configErrorAt(source, `names ${path}, which is not a text in UTF-8`)
    const text = content.toString()
    return { file, variables: parse(text), notes: problemsIn(text).map((problem) => `${path} ${problem}`) }
  } catch (error) {
    if (error instanceof ProcessManagerError) throw error
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const problem = isMissing ? 'but there is no such file' : `which cannot be read: ${readProblem(error)}`
    throw configErrorAt(source, `names ${path}, ${problem}`)
  }
}

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*(?:=|:\s)\s*/

/** Lines that set no variable, and values that end at a `#` in the middle of a word. Values are never shown. */
function problemsIn(text: string): string[] {
  const problems: string[] = []
  let quote = ''
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (quote !== '') {
      // Within a value of several lines.
      if (line.includes(quote)) quote = ''
      continue
    }
    if (/^\s*(?:#|$)/.test(line)) continue
    const [head, name] = ASSIGNMENT.exec(line) ?? []
    if (head === undefined) {
      problems.push(`line ${index + 1} sets no variable: it must be NAME=value`)
      continue
    }
    const value = line.slice(head.length)
    const [mark = ''] = /^['"`]/.exec(value) ?? []
    if (mark !== '') quote = value.indexOf(mark, 1) < 0 ? mark : ''
    else if (/\S#/.test(value)) problems.push(`line ${index + 1}: ${name} ends before \`#\`; put its value in quotes`)
  }
  return problems
}
