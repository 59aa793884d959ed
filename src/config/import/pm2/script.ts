import { extname, resolve } from 'node:path'
import type { ProcessConfig } from '../../../model/config/config.ts'
import { splitLine } from '../../command.ts'
import { configError } from '../../place.ts'
import { commandOfWords } from '../command-line.ts'
import type { Notes } from '../notes.ts'
import type { ImportContext } from '../types.ts'
import type { Pm2App } from './schema.ts'

/** Programs with which PM2 runs a script, by its extension. */
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
  /** Program that runs the script; `none` if it is executed directly. */
  interpreter: string
}

/** @param cwd absolute working directory of the process */
export function scriptOf(app: Pm2App, name: string, cwd: string, context: ImportContext, notes: Notes): Script {
  const script = written(app) ?? ''
  if (/\s/.test(script) && context.fileKind(resolve(cwd, script)) === 'missing')
    return lineOf(script, app, name, context, notes)
  const interpreter = interpreterOf(app, script, cwd, context, name, notes)
  const before = [app.node_args, app.interpreter_args, app.interpreterArgs].flatMap((given) => wordsOf(given))
  const maps = '--enable-source-maps'
  if (app.source_map_support && interpreter === 'node' && !before.includes(maps)) before.push(maps)
  const args = wordsOf(app.args)
  if (interpreter !== 'none') return { interpreter, part: commandOfWords([interpreter, ...before, script, ...args]) }
  if (before.length > 0) notes.add(name, 'node_args', 'is not carried over: no interpreter runs this script')
  noteServe(app, script, name, notes)
  // A program in the working directory is found only with a path.
  const isFile = !script.includes('/') && context.fileKind(resolve(cwd, script)) !== 'missing'
  return { interpreter, part: commandOfWords([isFile ? `./${script}` : script, ...args]) }
}

/** The script, whichever of its keys is used. Throws if there is none. */
export function writtenScript(app: Pm2App, path: string, file: string): string {
  const script = written(app)
  if (script !== undefined) return script
  throw configError({ file }, `\`${path === '' ? '' : `${path}.`}script\` is missing: it must be a script or a command`)
}

const written = ({ script, exec, cmd, command }: Pm2App): string | undefined => script ?? exec ?? cmd ?? command

/** A command line. PM2 passes a script with spaces to bash, and ignores `args` then. */
function lineOf(script: string, app: Pm2App, name: string, context: ImportContext, notes: Notes): Script {
  if (wordsOf(app.args).length > 0) {
    notes.add(name, 'args', 'is not carried over: PM2 ignores `args` if `script` is a whole command line')
  }
  for (const key of ['node_args', 'interpreter_args', 'interpreterArgs'] as const) {
    if (wordsOf(app[key]).length === 0) continue
    notes.add(name, key, `is not carried over: PM2 ignores it if \`script\` is a whole command line; write it there`)
  }
  const shell = context.hasProgram('bash') ? 'bash' : '/bin/sh'
  return { interpreter: 'none', part: { command: shell, args: ['-c', script] } }
}

function interpreterOf(
  app: Pm2App,
  script: string,
  cwd: string,
  context: ImportContext,
  name: string,
  notes: Notes,
): string {
  const given = app.interpreter ?? app.exec_interpreter
  if (given?.startsWith('node@')) {
    notes.add(name, 'interpreter', `is node, not ${given}: put that version into \`PATH\`, or set its path`)
    return 'node'
  }
  if (given) return given
  const known = INTERPRETERS[extname(script)]
  if (known === 'python' && !context.hasProgram('python') && context.hasProgram('python3')) return 'python3'
  if (known) return known
  // Node runs the module in a folder.
  const kind = context.fileKind(resolve(cwd, script))
  return kind === 'plain' || kind === 'folder' ? 'node' : 'none'
}

/** `script: 'serve'` with settings of its own is a server for static files that is part of PM2. */
function noteServe({ env }: Pm2App, script: string, name: string, notes: Notes): void {
  const { PM2_SERVE_PATH: path = '.', PM2_SERVE_PORT: port = 8080, PM2_SERVE_SPA: spa } = env ?? {}
  const isOwn = script === 'serve' && Object.keys(env ?? {}).some((key) => key.startsWith('PM2_SERVE_'))
  if (!isOwn) return
  const instead = `npx serve${spa === 'true' || spa === true ? ' -s' : ''} -l ${port} ${path}`
  notes.add(
    name,
    'script',
    `is PM2's own server for static files, which is not here; install one, such as with \`${instead}\``,
  )
}

function wordsOf(given: string | string[] | undefined): string[] {
  if (given === undefined) return []
  return Array.isArray(given) ? given : (splitLine(given) ?? given.split(/\s+/).filter(Boolean))
}
