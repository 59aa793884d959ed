import { isRecord, isRecordOf, isText } from '../../model/config/shape.ts'
import type { SshTarget } from '../../model/config/targets.ts'
import { isNewer } from '../../model/text/semver.ts'
import { VERSION } from '../../version.ts'
import type { SshConnection } from './connection.ts'
import { lastLine, nameOf, type Ran, unreachable } from './failure.ts'
import { inLoginShell, quoted } from './shell.ts'

/** What `supervisor reach` prints on the other host, after it has brought the supervisor up. */
export interface Reached {
  /** Of the program. */
  version: string
  /** Control socket. */
  socket: string
  /** Variables of the login there. */
  environment: Record<string, string>
  supervisor: { version: string; mode: string }
}

/** Printed before the answer: until then a login may print anything. */
const ANSWER = 'tuix-answer'

/** The answers of the script itself. */
const PROBLEM = { noFolder: 'no-folder', noProgram: 'no-program', otherVersion: 'version' } as const

/** Exit codes: of a shell or `env` for a program that does not exist, and of ours for a command that it does not know. */
const [NOT_FOUND, USAGE] = [127, 2]

/**
 * Runs the program on the other host, which brings up its supervisor as any command there does.
 *
 * @throws ProcessManagerError `unreachable`; a NoAnswerError if the host may be back later
 */
export async function reachThere(connection: SshConnection, config: SshTarget, signal: AbortSignal): Promise<Reached> {
  const { place } = connection
  const { otherVersion } = PROBLEM
  const call = `tuix supervisor reach --json${folderWords(config)}`
  // One without this subcommand is older. It tells its version.
  const script = `echo ${ANSWER}; ${preamble(config)}
${call}; code=$?
[ $code != ${USAGE} ] || echo "${otherVersion} $(tuix --version </dev/null 2>/dev/null | head -n 1)"
exit $code`
  // Printed at once, so that a connection that passes nothing on is known.
  const ran = await connection.ask(`echo; ${inLoginShell(script)}`, signal)
  const answer = ran.stdout.split(`${ANSWER}\n`).at(-1) ?? ''
  const reached = reachedOf(answer)
  if (!reached) throw unreachable(`${nameOf(place)}: ${problemOf(answer, ran, { ...config, ...place })}`)
  if (isNewer(VERSION, reached.version)) throw unreachable(`${nameOf(place)}: ${olderText(reached.version, config)}`)
  return reached
}

/** Script that passes its stdin on to the control socket there, and prints what comes back. */
export function relayScript(config: SshTarget): string {
  return `{ ${preamble(config)}
} >&2; tuix supervisor relay${folderWords(config)}`
}

/** Goes to the folder, and defines the function `tuix`. Where there is no Node, a program that asks for it runs on Bun. */
function preamble({ cwd, program }: SshTarget): string {
  const { noFolder, noProgram } = PROBLEM
  const folder = `[ -d ${quoted(cwd)} ] || { echo ${noFolder}; exit 1; }; cd ${quoted(cwd)} || exit 1`
  if (program !== undefined) return `${folder}\ntuix() { ${program} "$@"; }`
  return `${folder}
program=node_modules/.bin/tuix-ps
[ -e $program ] || program=$(command -v tuix-ps) || { echo ${noProgram}; exit 1; }
if command -v node || ! command -v bun; then tuix() { "$program" "$@"; }; else tuix() { bun "$program" "$@"; }; fi >/dev/null`
}

function folderWords({ tuixDir }: SshTarget): string {
  return tuixDir === undefined ? '' : ` --tuix-dir ${quoted(tuixDir)}`
}

function reachedOf(answer: string): Reached | undefined {
  try {
    const value: unknown = JSON.parse(answer)
    return isReached(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isReached(value: unknown): value is Reached {
  if (!isRecord(value) || !isRecord(value.supervisor)) return false
  const texts = [value.version, value.socket, value.supervisor.version, value.supervisor.mode]
  return texts.every(isText) && isRecordOf(value.environment, isText)
}

function problemOf(answer: string, { code, stderr }: Ran, config: SshTarget & { host: string }): string {
  const { noFolder, noProgram, otherVersion } = PROBLEM
  const { cwd, program = 'tuix-ps', host } = config
  const said = lastLine(stderr)
  const line = lastLine(answer)
  if (line === noFolder)
    return `there is no folder ${cwd}: correct \`cwd\` of this target, or install the project there`
  if (line === noProgram)
    return `tuix-ps is not installed there: install it in ${cwd} (npm install tuix-process-manager), or set \`program\` of this target`
  const [word, version = ''] = line.split(' ')
  if (code === USAGE && word === otherVersion && (!isVersion(version) || isNewer(VERSION, version) || said === ''))
    return isVersion(version) ? olderText(version, config) : `\`${program}\` is not tuix-ps`
  if (code === NOT_FOUND)
    return `\`${program}\` does not run: it, Node or Bun is missing on the PATH of a login there (${said})`
  if (said !== '') return said.replace(/^error: /, '')
  return line === '' ? `\`${program}\` on ${host} ended with code ${code}` : `unexpected answer: ${line}`
}

function isVersion(text: string): boolean {
  return /^\d+\.\d+\.\d+/.test(text)
}

function olderText(version: string, { cwd }: SshTarget): string {
  return `it has version ${version}, and this program ${VERSION}: install ${VERSION} in ${cwd} there`
}
