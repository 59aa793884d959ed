/* The script that a service runs. It lies in the state folder, and finds a runtime also when the one that wrote it is gone. */

export interface LauncherFacts {
  /** The project, for people. */
  folder: string
  /** Absolute paths of runtimes, the best first. */
  runtimes: string[]
  /** Absolute path of the script that has the commands. Null: the runtime is the program, as in a compiled app. */
  program: string | null
  /** What follows: `supervisor run …`. */
  args: string[]
}

/** Exit code of the script if there is no runtime. */
export const NO_RUNTIME = 69

/** Whether a runtime works and is new enough. It says so itself, since a file may be left of it that does not run. */
const CHECK = 'const { exit, versions } = process; exit(parseInt(versions.node) < 20 ? 1 : 0)'

/** The text of the script, for `/bin/sh`. */
export function launcherText({ folder, runtimes, program, args }: LauncherFacts): string {
  const kinds = kindsOf(runtimes)
  const head = [
    '#!/bin/sh',
    `# Starts the supervisor of ${oneLine(folder)}. Written by \`boot enable\`, removed by \`boot disable\`.`,
  ]
  if (program === null)
    return lines([
      ...head,
      `set -- ${args.map(word).join(' ')}`,
      ...runtimes.map((runtime) => `[ -x ${word(runtime)} ] && exec ${word(runtime)} "$@"`),
      ...failure(`${runtimes[0]} is gone`),
    ])
  return lines([
    ...head,
    '# The runtime that was recorded may be gone after an upgrade. Then another one is looked for.',
    `program=${word(program)}`,
    `set -- ${args.map(word).join(' ')}`,
    'use() {',
    '  [ -n "$1" ] && [ -f "$program" ] || return',
    `  "$1" -e ${word(CHECK)} </dev/null >/dev/null 2>&1 || return`,
    '  runtime=$1',
    '  # What processes call by its name must be found, too.',
    `  PATH=$PATH:\${runtime%/*}`,
    '  export PATH',
    '  shift',
    '  exec "$runtime" "$program" "$@"',
    '}',
    ...runtimes.map((runtime) => `use ${word(runtime)} "$@"`),
    ...kinds.map((kind) => `use "$(command -v ${kind})" "$@"`),
    '# A login shell knows what version managers have installed. Processes get its PATH, too, since they need the same.',
    'limit=$(command -v timeout)',
    `found=$(\${limit:+timeout 20} "\${SHELL:-/bin/sh}" -lic 'printf "\\n%s" "$PATH"' </dev/null 2>/dev/null | tail -n 1)`,
    'case $found in /*) PATH=$found; export PATH ;; esac',
    '[ -f "$program" ] || program=$(command -v tuix-ps)',
    ...kinds.map((kind) => `use "$(command -v ${kind})" "$@"`),
    ...failure(`neither ${kinds.join(' nor ')} runs ${program}`),
  ])
}

/** The runtimes and the program that a script was written with. Null: it is not one of ours. */
export function readLauncher(text: string): Pick<LauncherFacts, 'runtimes' | 'program'> | null {
  if (!text.startsWith('#!/bin/sh\n# Starts the supervisor of ')) return null
  const [, program] = /^program=(.*)$/m.exec(text) ?? []
  const pattern = program === undefined ? /^\[ -x ('.*?') \] && exec/gm : /^use ('.*') "\$@"$/gm
  const runtimes = [...text.matchAll(pattern)].map(([, runtime = '']) => unquoted(runtime))
  return { runtimes, program: program === undefined ? null : unquoted(program) }
}

/** The recorded kind first: a project that was tried on one runtime may not work on the other. */
function kindsOf([first = '']: string[]): string[] {
  return /(?:^|\/)bun$/.test(first) ? ['bun', 'node'] : ['node', 'bun']
}

/** Says what is wrong, and waits: the init system tries again at once. */
function failure(what: string): string[] {
  const sentence = `${what}: install it again, then run \`boot enable\` in this project`
  return [`echo ${word(sentence)} >&2`, 'sleep 10', `exit ${NO_RUNTIME}`]
}

function word(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll("'\\''", "'")
}

function oneLine(text: string): string {
  return text.replace(/[\n\r]/g, ' ')
}

function lines(all: string[]): string {
  return `${all.join('\n')}\n`
}
