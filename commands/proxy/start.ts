import type { Outcome } from '../../src/index.ts'
import { proxyInfo, startProxy, stopProxy } from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { reportOutcomes } from '../shared/report.ts'
import { portsOf } from './ports.ts'
import { jsonOf } from './status.ts'

export async function start(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson, note, warn } = context
  const { supervisorCommand } = environment.defaults
  const outcomes = await startProxy({ ...portsOf(flags), supervisorCommand, warn })
  const info = await proxyInfo()
  if (outcomes.some(({ ok }) => !ok) || info === null) return await reportOutcomes(context, outcomes, { nothing: '' })
  if (flags.json) printJson(jsonOf(info))
  else {
    print(`${wordOf(outcomes)}: ${info.address.replace('localhost', 'PROCESS.PROJECT.localhost')}`)
    if (info.problem !== undefined) warn(info.problem)
    note(`the addresses: ${environment.program} proxy, or ${info.address} in a browser`)
  }
  return EXIT.done
}

export async function stop(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson, warn } = context
  const { supervisorCommand } = environment.defaults
  const outcomes = await stopProxy({ supervisorCommand, warn })
  if (outcomes.some(({ ok }) => !ok)) return await reportOutcomes(context, outcomes, { nothing: '' })
  if (flags.json) printJson(jsonOf(null))
  else
    print(outcomes.some(({ result }) => result === 'stopped') ? 'the proxy has stopped' : 'the proxy was not running')
  return EXIT.done
}

function wordOf([outcome]: Outcome[]): string {
  return outcome?.result === 'already-running' ? 'the proxy is running' : 'the proxy has started'
}
