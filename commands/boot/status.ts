import { type BootFacts, type BootProblem, bootStatus, canonicalFolder } from '../../src/internal.ts'
import { factLines } from '../format/table.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'

/** Prints the service, and how it differs from what is. The exit code is 3 if none is enabled, and 1 if processes do not come back. */
export async function showBoot(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson } = context
  const tuixDir = await withManager(context, async (manager) => canonicalFolder(manager.tuixDir))
  const services = await bootStatus(tuixDir)
  if (flags.json) printJson({ services: services.map(({ facts, problems }) => ({ ...shown(facts), problems })) })
  else if (services.length === 0) print(`not enabled; enable it with: ${environment.program} boot enable`)
  else print(services.map(({ facts, problems }) => page(context, facts, problems)).join('\n\n'))
  if (services.length === 0) return EXIT.notRunning
  return services.some(({ problems }) => problems.some(({ isSevere }) => isSevere)) ? EXIT.failed : EXIT.done
}

/** Without the content of the file. */
function shown({ text, expected, ...facts }: BootFacts): object {
  return { ...facts, isCurrent: text === expected }
}

function page({ paint, environment: { program } }: CommandContext, facts: BootFacts, problems: BootProblem[]): string {
  const { name, init, isOfSystem, user, file, state, lingers, launcher } = facts
  const isEnabled = state.enabled && !problems.some(({ isSevere }) => isSevere)
  const runtime = launcher?.runtimes.find(({ exists }) => exists)?.path
  const lines = factLines(
    [
      ['service', `${name}, of ${isOfSystem ? `the system, as ${user}` : `the user ${user}`} (${init})`],
      ['file', file],
      ['state', `${state.word || 'unknown'}${state.pid === null ? '' : `, pid ${state.pid}`}`],
      ...(lingers === null ? [] : [['begins', lingers ? 'at boot' : 'at the first login'] as [string, string]]),
      ...(runtime === undefined ? [] : [['runtime', runtime] as [string, string]]),
      ...(launcher?.program ? [['program', launcher.program.path] as [string, string]] : []),
    ],
    paint,
  )
  const words = problems.map(({ message, advice }) => {
    const command = /^(?:boot|supervisor) /.test(advice) ? `${program} ${advice}` : advice
    return `${paint('yellow', '!')} ${message}: ${command}`
  })
  const head = isEnabled ? paint('green', 'enabled') : paint('red', 'does not bring everything back')
  return [`${paint('bold', 'boot')}  ${head}`, '', ...lines, ...(words.length === 0 ? [] : ['', ...words])].join('\n')
}
