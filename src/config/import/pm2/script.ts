import { extname, resolve } from 'node:path'
import type { ProcessConfig } from '../../../model/config.ts'
import { splitLine } from '../../command.ts'
import { refusal } from '../../place.ts'
import { commandOfWords } from '../command-line.ts'
import type { Notes } from '../notes.ts'
import type { ImportWorld } from '../types.ts'
import type { Pm2App } from './schema.ts'

/** What PM2 runs a script by its extension with. */
const INTERPRETERS: Record<string, string> = {
  '.js': 'node',
  '.mjs': 'node',
  '.cjs': 'node',
  '.ts': 'bun',
  '.tsx': 'bun',
  '.sh': 'bash',
  '.py': 'python',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
  '.coffee': 'coffee',
  '.ls': 'lsc',
}

export interface Script {
  part: Pick<ProcessConfig, 'command' | 'args'>
  /** Program that runs the script; `none`: it runs itself. */
  interpreter: string
}

/** @param cwd absolute, of the process */
export function scriptOf(app: Pm2App, name: string, cwd: string, world: ImportWorld, notes: Notes): Script {
  const script = written(app) ?? ''
  if (/\s/.test(script) && world.fileKind(resolve(cwd, script)) === 'missing')
    return lineOf(script, app, name, world, notes)
  const interpreter = interpreterOf(app, script, cwd, world, name, notes)
  const before = [app.node_args, app.interpreter_args, app.interpreterArgs].flatMap((given) => wordsOf(given))
  if (app.source_map_support && interpreter === 'node') before.push('--enable-source-maps')
  const args = wordsOf(app.args)
  if (interpreter !== 'none') return { interpreter, part: commandOfWords([interpreter, ...before, script, ...args]) }
  if (before.length > 0) notes.add(name, 'node_args', 'is not carried over: no interpreter runs this script')
  // A program in the working folder is found there only if its path says so.
  const isFile = !script.includes('/') && world.fileKind(resolve(cwd, script)) !== 'missing'
  return { interpreter, part: commandOfWords([isFile ? `./${script}` : script, ...args]) }
}

/** The script in whatever key it was written; throws if there is none. */
export function writtenScript(app: Pm2App, path: string, file: string): string {
  const script = written(app)
  if (script !== undefined) return script
  throw refusal({ file }, `\`${path === '' ? '' : `${path}.`}script\` is missing: it must be a script or a command`)
}

const written = ({ script, exec, cmd, command }: Pm2App): string | undefined => script ?? exec ?? cmd ?? command

/** PM2 gives what has spaces to bash, and forgets `args` then. */
function lineOf(script: string, app: Pm2App, name: string, world: ImportWorld, notes: Notes): Script {
  if (wordsOf(app.args).length > 0) {
    notes.add(name, 'args', 'is not carried over: `script` is a whole command line, and PM2 ignores `args` then')
  }
  const shell = world.hasProgram('bash') ? 'bash' : '/bin/sh'
  return { interpreter: 'none', part: { command: shell, args: ['-c', script] } }
}

function interpreterOf(
  app: Pm2App,
  script: string,
  cwd: string,
  world: ImportWorld,
  name: string,
  notes: Notes,
): string {
  const given = app.interpreter ?? app.exec_interpreter
  if (given?.startsWith('node@')) {
    notes.add(name, 'interpreter', `is node, not ${given}: have that version in \`PATH\`, or give its path`)
    return 'node'
  }
  if (given) return given
  const known = INTERPRETERS[extname(script)]
  if (known === 'python' && !world.hasProgram('python') && world.hasProgram('python3')) return 'python3'
  if (known) return known
  return world.fileKind(resolve(cwd, script)) === 'plain' ? 'node' : 'none'
}

function wordsOf(given: string | string[] | undefined): string[] {
  if (given === undefined) return []
  return Array.isArray(given) ? given : (splitLine(given) ?? given.split(/\s+/).filter(Boolean))
}
