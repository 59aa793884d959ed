import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProcessManagerError } from '../../src/index.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { writeNewFile } from '../shared/write-file.ts'
import { withServer } from './mcp-json.ts'
import { withSection } from './section.ts'

/** Writes what is ours into the files that coding agents read. The rest of them stays as it is. */
export async function initAgents(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson } = context
  const { cwd, program } = environment
  const server = serverOf(context)
  const files = [
    changed(cwd, 'AGENTS.md', (text) => withSection(text, program)),
    changed(cwd, '.mcp.json', (text) => withServer(text, program.replaceAll(' ', '-'), server)),
  ]
  for (const { file, text, isChanged } of files)
    if (isChanged && !flags.dryRun) await writeNewFile({ cwd, file, text, force: true })
  if (flags.json) printJson(files.map(({ file, text, isChanged }) => ({ file, changed: isChanged, text })))
  else if (flags.dryRun) print(files.map(({ file, text }) => `# ${file}\n${text}`).join('\n'))
  else for (const { file, isChanged } of files) print(`${file}: ${isChanged ? 'written' : 'unchanged'}`)
  return EXIT.done
}

interface ChangedFile {
  file: string
  text: string
  isChanged: boolean
}

function changed(cwd: string, file: string, change: (text: string) => string): ChangedFile {
  const path = join(cwd, file)
  // Reading a FIFO, and writing to it, would wait for its other end.
  if (existsSync(path) && !statSync(path).isFile()) throw new ProcessManagerError('config', `${file} is not a file`)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  try {
    const text = change(before)
    return { file, text, isChanged: text !== before }
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new ProcessManagerError('config', `${file} is not valid JSON: ${error.message}`)
    throw error
  }
}

/** How an agent starts `mcp`. What is installed in the project is used, and nothing is ever downloaded for it. */
function serverOf({ environment: { cwd, program }, flags }: CommandContext): { command: string; args: string[] } {
  const config = flags.config === undefined ? [] : ['--config', flags.config]
  const [name = '', ...words] = program.split(' ')
  const args = [...words, 'mcp', ...config]
  if (!existsSync(join(cwd, 'node_modules/.bin', name))) return { command: name, args }
  const isBun = ['bun.lock', 'bun.lockb'].some((file) => existsSync(join(cwd, file)))
  return isBun
    ? { command: 'bun', args: ['run', name, ...args] }
    : { command: 'npx', args: ['--no', '--', name, ...args] }
}
