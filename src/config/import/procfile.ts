import { refusal } from '../place.ts'
import { commandOfLine } from './command-line.ts'
import { dotEnv } from './dot-env.ts'
import { Names } from './names.ts'
import { Notes } from './notes.ts'
import type { Imported, ImportedProcess, ImportWorld } from './types.ts'

const LINE = /^([\w.-]+):[ \t]*(\S.*)$/
const SHELL = ['/bin/sh', '-c']

/** The ports that foreman gives: the first process this one (or `PORT` of the environment), each further one 100 more. */
const FIRST_PORT = 5000
const PORT_STEP = 100

/**
 * A Procfile: lines of `name: command`.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importProcfile(text: string, world: ImportWorld): Imported {
  const notes = new Notes()
  const names = new Names(notes)
  const { values, settings } = dotEnv(world)
  const first = Number(world.env.PORT ?? values.PORT) || FIRST_PORT
  const processes = entriesOf(text, world).map(({ name: written, line, number }, index): ImportedProcess => {
    const name = names.give(written)
    const isOnce = written === 'release'
    if (isOnce) notes.add(name, 'release', 'is run once and not again; make others wait for it with `dependsOn`')
    return {
      path: `line ${number}`,
      config: {
        name,
        ...commandOfLine(line, SHELL),
        ...settings,
        env: { ...settings.env, PORT: String(first + index * PORT_STEP) },
        ...(isOnce && { autorestart: false }),
      },
    }
  })
  return { processes, notes: notes.all }
}

function entriesOf(text: string, world: ImportWorld): { name: string; line: string; number: number }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((raw, index) => {
      const content = raw.trim()
      if (content === '' || content.startsWith('#')) return []
      const [, name, line] = LINE.exec(content) ?? []
      if (name === undefined || line === undefined) {
        throw refusal(world, `line ${index + 1} must be a name, a colon and a command, such as \`web: node server.js\``)
      }
      return [{ name, line, number: index + 1 }]
    })
}
