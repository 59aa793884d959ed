/** npm run picture: draws the picture of the README from what the built commands print in a real terminal. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempProject } from '../../test/helpers/project.ts'
import { pathWithRuntimes, REPOSITORY } from '../../test/helpers/runtimes.ts'
import { TestTerminal } from '../../test/helpers/tmux.ts'
import { until } from '../../test/helpers/until.ts'
import { spansOf } from './ansi.ts'
import { svgOf } from './svg.ts'

const COLUMNS = 80
const TITLE = 'tuix-ps starts processes, lists them, restarts the one that has crashed, and tells why it did'

const project = tempProject()
cpSync(join(import.meta.dirname, 'project'), project.path, { recursive: true })
mkdirSync(project.file('bin'))
const program = join(REPOSITORY, 'dist/tuix-ps.js')
writeFileSync(project.file('bin/tuix-ps'), `#!/bin/sh\nexec node ${program} "$@"\n`, { mode: 0o755 })
const terminal = new TestTerminal({
  cwd: project.path,
  columns: COLUMNS,
  rows: 50,
  env: { PATH: `${project.file('bin')}:${pathWithRuntimes()}`, PS1: '\n\x1b[32m$\x1b[39m ' },
})

/** Types a command, and waits for the prompt after it. */
async function type(command: string): Promise<void> {
  const before = prompts()
  terminal.keys(command, 'Enter')
  await until(() => prompts() > before, { what: `the end of ${command}` })
}

function prompts(): number {
  return terminal.screen().match(/^\$/gm)?.length ?? 0
}

const hasCrashed = async () => (await project.state('worker')).status === 'restarting'

try {
  await until(() => prompts() === 1, { what: 'the shell' })
  await type('tuix-ps start --all')
  await until(hasCrashed, { what: 'the end of the worker' })
  await type('tuix-ps list')
  await type('tuix-ps why worker')
  const rows = spansOf(terminal.styledScreen().trim())
  // Without the blank row and the prompt at the end.
  writeFileSync(join(REPOSITORY, 'docs/terminal.svg'), svgOf(rows.slice(0, -2), COLUMNS, TITLE))
} finally {
  terminal.dispose()
  await project.dispose()
}
// The helpers keep a process that answers further questions.
process.exit()
