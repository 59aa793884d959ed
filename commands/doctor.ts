import { basename } from 'node:path'
import type { Finding, ProcessManager } from '../src/index.ts'
import { unusedConfigs } from '../src/internal.ts'
import { counted } from './format/units.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { driftSince, driftText } from './shared/drift.ts'
import { loadDeclarations, noProcessesText, withManager } from './shared/open-manager.ts'
import { terminalWidth } from './shared/output.ts'
import { withoutNames } from './shared/usage.ts'

export const doctor: Command = {
  name: 'doctor',
  aliases: [],
  summary: 'Diagnose problems, and repair them',
  usage: 'doctor [options]',
  options: [{ flags: '--fix', summary: 'Repair what can be repaired' }],
  examples: [
    ['doctor', 'Check the state folder, supervisor, processes, disk and machine'],
    ['doctor --fix', 'Delete stale files; adopt or kill orphaned processes'],
  ],
  async run(context) {
    withoutNames(context, 'doctor')
    const { environment, flags, print, printJson, paint, symbols } = context
    return await withManager(context, async (manager) => {
      const before = await manager.diagnose()
      const found = flags.fix ? await manager.diagnose({ fix: true }) : before
      const findings = [...found, await configFinding(context, manager)]
      const { doctorText, fixedOf } = await import('./format/doctor.ts')
      const fixed = fixedOf(before, found)
      if (flags.json) printJson({ findings, fixed })
      else {
        const { program, stdout } = environment
        print(doctorText({ findings, fixed, program, width: terminalWidth(stdout), paint, symbols }))
      }
      return findings.some(({ level }) => level === 'problem') ? EXIT.failed : EXIT.done
    })
  },
}

/** Whether the config can be used, and what has changed in it. The latter needs a supervisor, and a diagnosis must not start one. */
async function configFinding(context: CommandContext, manager: ProcessManager): Promise<Finding> {
  const finding = (level: Finding['level'], message: string): Finding => {
    return { check: 'config', level, message, advice: null, fix: null }
  }
  try {
    const declared = await loadDeclarations(context)
    const { file, processes, notes = [] } = declared
    if (processes.length === 0) return finding('ok', await noProcessesText(context, declared))
    // The findings say so if the folder may not be read.
    if (await manager.supervisor().catch(() => null)) {
      const drift = await driftSince(context, manager, await manager.saved())
      const sentence = driftText(drift, context.environment.program)
      if (sentence !== undefined) return finding('warning', `config ${sentence}`)
    }
    const isSearched = (context.flags.config ?? context.environment.defaults.configFile) === undefined
    const unused = file !== null && isSearched ? unusedConfigs(file, declared.files) : []
    if (file !== null && unused.length > 0)
      return finding('warning', `${basename(file)} is used, but not ${unused.join(', ')} beside it`)
    const warnings = notes.length === 0 ? '' : `, ${counted(notes.length, 'note')} at a start`
    return finding(
      'ok',
      `${file === null ? 'the app' : basename(file)} declares ${counted(processes.length, 'process')}${warnings}`,
    )
  } catch (error) {
    return finding('problem', error instanceof Error ? error.message : String(error))
  }
}
