import { resolve } from 'node:path'
import {
  type BootRequest,
  bootFiles,
  canonicalFolder,
  type Enabled,
  enableBoot,
  INIT_SYSTEMS,
  type LoadedConfig,
  stopTime,
} from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { oneOf } from '../shared/flag-values.ts'
import { loadDeclarations, singleTarget } from '../shared/open-manager.ts'
import { usageError } from '../shared/usage.ts'

/** Virtual folder of the sources of an app compiled by Bun, which are no files. */
const WITHIN_EXECUTABLE = /^\/\$bunfs\//
/** ms for processes that do not set `stopTimeout`. */
const USUAL_STOP = 5000

/** Enables the start at boot, or only prints the files of it. */
export async function enable(context: CommandContext): Promise<number> {
  const { flags, print, printJson } = context
  const target = singleTarget(context)
  if (target !== undefined) throw usageError(`${target} is another machine: run boot there`)
  const request = requestOf(context, await loadDeclarations(context))
  if (flags.print) {
    const files = await bootFiles(request)
    if (flags.json) printJson({ files })
    else
      print(
        files
          .map(({ path, text }) => `# ${path}\n${text}`)
          .join('\n')
          .replace(/\n$/, ''),
      )
    return EXIT.done
  }
  const enabled = await enableBoot(request)
  if (flags.json) printJson(enabled)
  else print(enabledText(enabled))
  return tellProblems(context, enabled)
}

function requestOf({ environment, flags }: CommandContext, declared: LoadedConfig): BootRequest {
  const { env, cwd, defaults } = environment
  const tuixDir = canonicalFolder(declared.tuixDir)
  const profile = flags.profile ?? env.TUIX_PROFILE
  const script = process.argv[1] ?? ''
  return {
    tuixDir,
    folder: canonicalFolder(declared.folder),
    ...(flags.system && { isOfSystem: true }),
    ...(flags.user !== undefined && { user: flags.user }),
    ...(flags.init !== undefined && { init: oneOf('--init', flags.init, INIT_SYSTEMS) }),
    program: WITHIN_EXECUTABLE.test(script) ? null : resolve(script),
    args: [
      // The last word of a host's command for its supervisor is that for the daemon.
      ...(defaults.supervisorCommand?.slice(0, -1) ?? []),
      ...['supervisor', 'run', '--start', 'wanted', '--tuix-dir', tuixDir],
      ...(flags.config === undefined ? [] : ['--config', resolve(cwd, flags.config)]),
      ...(profile ? ['--profile', profile] : []),
    ],
    stopWithin: stopTime(
      declared.processes.map(({ name, stopTimeout = USUAL_STOP, dependsOn = [] }) => ({
        name,
        stopTimeout: Number(stopTimeout),
        dependsOn: Array.isArray(dependsOn) ? dependsOn : Object.keys(dependsOn),
      })),
    ),
    path: env.PATH ?? '',
  }
}

function enabledText({ name, init, isOfSystem, user, file }: Enabled): string {
  const whose = isOfSystem ? `the system, as ${user}` : user
  return `enabled: ${name}, a service of ${whose} (${init})\n${file}`
}

/** A service that does not begin at boot, or not even now, is not what was asked for. */
function tellProblems({ warn }: CommandContext, { user, notAtBoot, notStarted, isOfSystem }: Enabled): number {
  if (notAtBoot !== null)
    warn(
      `it starts at the first login of ${user}, not at boot: run \`sudo loginctl enable-linger ${user}\` (${notAtBoot})`,
    )
  if (notStarted !== null) {
    const when = isOfSystem || notAtBoot === null ? 'at the next boot' : 'at the next login'
    warn(`it was not started now, but will be ${when}: ${notStarted}`)
  }
  return notAtBoot === null && notStarted === null ? EXIT.done : EXIT.failed
}
