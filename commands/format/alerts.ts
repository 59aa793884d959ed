import type { AlertsInfo } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { oneLine } from './printable.ts'
import { layOut } from './table.ts'
import { counted, dateTime, elapsed } from './units.ts'

/** The rules with their numbers, and what is wrong at present. */
export function alertsText({ rules, open, waiting }: AlertsInfo, paint: Paint): string {
  const ruleRows = rules.map(({ on, processes, target, after, repeat, resolve }, index) => [
    String(index + 1),
    on.join(', '),
    processes?.join(', ') ?? 'all processes',
    oneLine(target),
    [
      ...(after > 0 ? [`after ${elapsed(after)}`] : []),
      ...(repeat === null ? [] : [`every ${elapsed(repeat)}`]),
      ...(resolve ? [] : ['not when it is over']),
    ].join(', '),
  ])
  const openRows = open.map(({ rule, message, since, told }) => [
    String(rule),
    dateTime(since),
    paint('red', oneLine(message)),
    told === null ? 'not told yet' : `told ${dateTime(told)}`,
  ])
  return [
    paint('bold', 'Rules'),
    ...layOut(ruleRows, { indent: 2 }),
    '',
    paint('bold', 'Open'),
    ...(openRows.length === 0 ? ['  nothing is wrong'] : layOut(openRows, { indent: 2 })),
    ...(waiting === 0 ? [] : ['', `${counted(waiting, 'message')} still to be sent`]),
  ].join('\n')
}
