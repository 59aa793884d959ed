import type { AlertsInfo, AlertTestResult } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { wholeNumber } from './shared/flag-values.ts'
import { withDeclared, withManager } from './shared/open-manager.ts'
import { usageError } from './shared/usage.ts'

export const alerts: Command = {
  name: 'alerts',
  aliases: [],
  summary: 'Show alerts, or send a test message',
  usage: 'alerts [test [N]] [options]',
  options: [],
  examples: [
    ['alerts', 'The rules, and what is wrong at present'],
    ['alerts test', 'Send a test message to the target of each rule'],
    ['alerts test 2', 'Only to that of the second rule'],
  ],
  async run(context) {
    const [word, number, ...more] = context.names
    if (word === undefined) return await list(context)
    if (word !== 'test' || more.length > 0) throw usageError(`alerts takes \`test\` and a number, not ${word}`)
    return await test(context, number === undefined ? undefined : wholeNumber('alerts test', number))
  },
}

async function list(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson, note, paint } = context
  const info: AlertsInfo = await withManager(context, (manager) => manager.alerts())
  if (flags.json) printJson(info)
  else if (info.rules.length === 0)
    note(`no alerts are set; declare them under \`alerts\` in the config, and then: ${environment.program} apply`)
  else {
    const { alertsText } = await import('./format/alerts.ts')
    print(alertsText(info, paint))
  }
  return EXIT.done
}

async function test(context: CommandContext, number: number | undefined): Promise<number> {
  const { flags, print, printJson, note } = context
  const results: AlertTestResult[] = await withDeclared(context, ({ manager }) => manager.testAlerts(number))
  if (flags.json) printJson(results)
  else
    for (const { rule, target, ok, answer } of results) {
      const say = ok ? print : note
      say(`${rule}  ${target}: ${answer}`)
    }
  return results.every(({ ok }) => ok) ? EXIT.done : EXIT.failed
}
