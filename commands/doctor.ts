import type { Finding } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { openManager } from './session.ts'
import { withoutNames } from './usage.ts'

export const doctor: Command = {
  name: 'doctor',
  aliases: [],
  summary: 'Look for what is wrong, and mend it',
  usage: 'doctor [options]',
  options: [{ flags: '--fix', summary: 'Mend what can be mended' }],
  examples: [
    ['doctor', 'The state folder, its supervisor, its processes, the disk, the machine'],
    ['doctor --fix', 'Clear away what is stale, take over or end what is orphaned'],
  ],
  async run(context) {
    withoutNames(context, 'doctor')
    const { flags, print, paint, symbols } = context
    const manager = await openManager(context)
    try {
      const before = await manager.diagnose()
      const found = flags.fix ? await manager.diagnose({ fix: true }) : before
      const findings = [...found, ...(await driftFindings(context, manager))]
      const { doctorText, fixedOf } = await import('./format/doctor.ts')
      const fixed = fixedOf(before, found)
      if (flags.json) print(JSON.stringify({ findings, fixed }, null, 2))
      else print(doctorText({ findings, fixed, program: context.environment.program, paint, symbols }))
      return findings.some(({ level }) => level === 'problem') ? EXIT.failed : EXIT.done
    } finally {
      await manager.close()
    }
  },
}

/** Only where a supervisor is there to ask: a diagnosis brings up none. */
async function driftFindings(context: CommandContext, manager: Manager): Promise<Finding[]> {
  if (!(await manager.supervisor())) return []
  const { driftSince, driftText } = await import('./drift.ts')
  const drift = await driftSince(context, manager, await manager.list())
  const sentence = driftText(drift, context.environment.program)
  if (sentence === undefined) return []
  return [{ check: 'config', level: 'warning', message: `config ${sentence}`, advice: null, fix: null }]
}

type Manager = Awaited<ReturnType<typeof openManager>>
