import { ownProperty } from '../../../model/text/text.ts'
import { configError } from '../../place.ts'
import { commandOfLine } from '../command-line.ts'
import { Names } from '../names.ts'
import { Notes } from '../notes.ts'
import type { ImportContext, Imported, ImportedProcess } from '../types.ts'
import { type Runner, runnerOf } from './runner.ts'

const LINE = /^([\w.-]+):[ \t]*(\S.*)$/
const SHELL = ['/bin/sh', '-c']

/** Port that foreman and overmind give to the first process if nothing else is said. */
const FIRST_PORT = 5000

/**
 * Imports a Procfile, which has lines of `name: command`, as foreman and overmind run it.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importProcfile(text: string, context: ImportContext): Imported {
  const notes = new Notes()
  const names = new Names(notes)
  const runner = runnerOf(context, notes)
  const entries = entriesOf(text, context)
  // A converted file shows it.
  if (runner.port === undefined && entries.length > 0 && context.purpose === 'run') {
    const [{ name = '' } = {}] = entries
    const text = `is ${FIRST_PORT} for ${name} and ${runner.step} more for each further process, as with foreman; set PORT for another`
    notes.add(undefined, 'PORT', text)
  }
  const processes = entries.map(({ name: written, line, number }, index): ImportedProcess => {
    const count = countOf(runner, written)
    const name = names.assign(written, 'name', Math.max(1, count))
    const isOnce = written === 'release'
    if (isOnce) notes.add(name, 'release', 'runs only once; let other processes wait for it with `dependsOn`')
    const { env: fileEnv, ...files } = filesOf(runner, context)
    const port = portOf(runner, index, count, context)
    if (port === 'auto') notes.add(name, 'PORT', `is another one for each of the ${count} instances`)
    const env = { ...fileEnv, ...(port !== undefined && port !== 'auto' && { PORT: port }) }
    return {
      path: `line ${number}`,
      config: {
        name,
        ...commandOfLine(line, SHELL),
        ...files,
        ...(Object.keys(env).length > 0 && { env }),
        ...(port === 'auto' && { port }),
        ...(count > 1 && { instances: count }),
        ...(count === 0 && { startWithAll: false }),
        ...(runner.stopTimeout !== undefined && { stopTimeout: runner.stopTimeout }),
        ...(isOnce && { autorestart: false }),
      },
    }
  })
  return { processes, notes: notes.all }
}

function countOf({ formation }: Runner, name: string): number {
  return ownProperty(formation, name) ?? ownProperty(formation, 'all') ?? 1
}

function filesOf(
  { envFiles, variables }: Runner,
  { purpose }: ImportContext,
): Pick<ImportedProcess['config'], 'envFile'> & { env?: Record<string, string> } {
  if (purpose === 'run') return { env: variables }
  const [first, ...others] = envFiles
  return first === undefined ? {} : { envFile: others.length === 0 ? first : envFiles }
}

/** The `PORT` of a process: undefined if it gets none. Instances cannot share one. */
function portOf(
  { port, step, variables }: Runner,
  index: number,
  count: number,
  context: ImportContext,
): string | undefined {
  if (port === null) return undefined
  if (count > 1) return 'auto'
  const text = String((port ?? FIRST_PORT) + index * step)
  // In a converted file the first port still follows the environment, or the file with variables.
  if (context.purpose === 'run' || index > 0 || (port !== undefined && variables.PORT === undefined)) return text
  return context.placeholders.add({ name: 'PORT', fallback: String(FIRST_PORT) })
}

function entriesOf(text: string, context: ImportContext): { name: string; line: string; number: number }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((raw, index) => {
      const content = raw.trim()
      if (content === '' || content.startsWith('#')) return []
      const [, name, line] = LINE.exec(content) ?? []
      if (name === undefined || line === undefined) {
        throw configError(
          context,
          `line ${index + 1} must be a name, a colon and a command, such as \`web: node server.js\``,
        )
      }
      return [{ name, line, number: index + 1 }]
    })
}
