import { describe, expect, it } from 'vitest'
import { symbolsOf } from '../../../commands/format/symbols.ts'
import { LineBuffer } from '../../../commands/monitor/lines.ts'
import { feedFor, patternOf } from '../../../commands/monitor/screen/feed.ts'
import { followedNames, initialScreen, type Order, type Screen } from '../../../commands/monitor/screen/model.ts'
import { type ScreenEvent, update } from '../../../commands/monitor/screen/update.ts'
import { screenView } from '../../../commands/monitor/screen/view.ts'
import { frameChange } from '../../../commands/monitor/terminal/frame.ts'
import { keysIn } from '../../../commands/monitor/terminal/keys.ts'
import { rowWidth } from '../../../commands/monitor/view/span.ts'
import { plainText } from '../../../commands/monitor/view/text.ts'
import type { ProcessLog, ProcessState } from '../../../src/index.ts'
import { NOW, processState } from '../states.ts'

const STATES = [
  processState({ name: 'db' }),
  processState({ name: 'web', group: 'app' }),
  processState({ name: 'worker', group: 'app', status: 'stopped', pid: null }),
]
const line = (message: string): ProcessLog => ({
  timestamp: new Date(NOW),
  level: 'info',
  message,
  source: 'stdout',
  name: 'web',
})

/** A screen after events; strings are keys. */
function pressed(...events: (string | ScreenEvent)[]): { screen: Screen; orders: Order[] } {
  const orders: Order[] = []
  let screen = initialScreen({ columns: 100, rows: 20 })
  for (const event of [listed(STATES), { type: 'follow' } as const, ...events]) {
    const updated = update(screen, typeof event === 'string' ? { type: 'key', key: event } : event)
    screen = updated.screen
    if (updated.order) orders.push(updated.order)
  }
  return { screen, orders }
}

const listed = (processes: ProcessState[]): ScreenEvent => ({ type: 'list', processes })
const lines = (count: number): ScreenEvent => ({
  type: 'lines',
  lines: Array.from({ length: count }, (_, index) => line(`line ${index}`)),
})
const shown = (screen: Screen) =>
  plainText(screenView(screen, { symbols: symbolsOf({}), now: NOW, program: 'tuix-ps' }))

describe('the selection', () => {
  it('starts at the first item, moves with arrows or letters, and stops at the ends', () => {
    expect(pressed().screen.selected).toBe('process db')
    expect(pressed('down', 'j').screen.selected).toBe('process web')
    expect(pressed('k').screen.selected).toBe('process db')
    expect(pressed('j', 'j', 'j', 'j', 'j').screen.selected).toBe('process worker')
  })

  it('stays with its process when others appear, and moves to the next when it disappears', () => {
    const before = processState({ name: 'cache' })
    expect(pressed(listed([before, ...STATES])).screen.selected).toBe('process db')
    expect(pressed(listed(STATES.slice(1))).screen.selected).toBe('group app')
    expect(pressed(listed([])).screen.selected).toBeUndefined()
  })

  it('moves to a group that is folded, whose members come back when it is unfolded', () => {
    const folded = pressed('j', 'j', 'g').screen
    expect(folded.selected).toBe('group app')
    expect(shown(folded)).not.toContain('worker')
    expect(shown(pressed('j', 'j', 'g', 'enter').screen)).toContain('worker')
  })
})

describe('an action that ends processes', () => {
  it('has to be confirmed with y', () => {
    const asked = pressed('j', 'j', 's')
    expect(asked.orders).toEqual([])
    expect(shown(asked.screen)).toContain('Stop web? y: yes, any other key: no')
    expect(pressed('j', 'j', 's', 'y').orders).toEqual([{ do: 'act', act: 'stop', names: ['web'] }])
    for (const key of ['n', 'escape', 'enter', 's', 'q']) expect(pressed('j', 'j', 's', key).orders).toEqual([])
    expect(pressed('r', 'y').orders).toEqual([{ do: 'act', act: 'restart', names: ['db'] }])
    expect(pressed('R', 'y').orders).toEqual([{ do: 'act', act: 'reload', names: ['db'] }])
  })

  it('names the members of a group that it would end', () => {
    const { screen } = pressed('j', 's')
    expect(screen.question?.text).toBe('Stop group app (web)?')
  })

  it('needs no confirmation if nothing is running', () => {
    expect(pressed('j', 'j', 'j', 's').orders).toEqual([{ do: 'act', act: 'start', names: ['worker'] }])
    expect(pressed('j', 'j', 'j', 'r').orders).toEqual([{ do: 'act', act: 'restart', names: ['worker'] }])
  })
})

describe('the log', () => {
  it('shows the selected process, a whole group, or all processes', () => {
    expect(followedNames(pressed().screen)).toEqual(['db'])
    expect(followedNames(pressed('j').screen)).toEqual(['web', 'worker'])
    expect(followedNames(pressed('l').screen)).toEqual(['db', 'web', 'worker'])
    expect(feedFor(pressed('j').screen).key).not.toBe(feedFor(pressed().screen).key)
    expect(feedFor(pressed('j', 'k', lines(3)).screen).key).toBe(feedFor(pressed().screen).key)
  })

  it('is searched on the screen while the user types, and in the files after Enter', () => {
    const typing = pressed(lines(30), '/', '2', '9')
    expect(shown(typing.screen)).toContain('line 29')
    expect(shown(typing.screen)).not.toContain('line 28')
    expect(feedFor(typing.screen).feed.query.grep).toBeUndefined()
    const found = pressed('/', 'q', 'x', 'backspace', 'enter')
    expect(found.orders).toEqual([])
    expect(feedFor(found.screen).feed.query.grep).toEqual(/q/i)
    expect(feedFor(pressed('/', 'q', 'enter', 'escape').screen).feed.query.grep).toBeUndefined()
  })

  it('searches literally if the text is no regular expression, and respects capitals', () => {
    expect(patternOf('a(b')).toEqual(/a\(b/i)
    expect(patternOf('Err.r')).toEqual(/Err.r/)
  })

  it('can be filtered by level, or to lines of the supervisor', () => {
    const query = (...keys: string[]) => feedFor(pressed(...keys).screen).feed.query
    expect(query('v', 'v').level).toBe('warn')
    expect(query('v', 'v', 'v', 'v').level).toBeUndefined()
    expect(query('e').streams).toEqual(['system'])
  })

  it('follows until the user scrolls back, and then keeps showing the same lines', () => {
    expect(shown(pressed(lines(100)).screen)).toContain('line 99')
    const back = pressed(lines(100), 'pageup')
    const seen = /line \d+/.exec(shown(back.screen))?.[0]
    const later = update(back.screen, { type: 'lines', lines: [line('new')] }).screen
    expect(/line \d+/.exec(shown(later))?.[0]).toBe(seen)
    expect(shown(later)).toContain('11 lines back')
    expect(shown(update(later, { type: 'key', key: 'end' }).screen)).toContain('new')
  })

  it('keeps the last two thousand lines', () => {
    const { screen } = pressed(lines(1500), lines(1500))
    expect(screen.log.lines).toHaveLength(2000)
    expect(screen.log.lines.at(-1)?.message).toBe('line 1499')
    const buffer = new LineBuffer(10)
    for (let index = 0; index < 105; index++) buffer.push(line(String(index)))
    expect(buffer.take().map(({ message }) => message)).toEqual([
      '95',
      '96',
      '97',
      '98',
      '99',
      '100',
      '101',
      '102',
      '103',
      '104',
    ])
    expect(buffer.take()).toEqual([])
  })
})

describe('the screen', () => {
  const many = Array.from({ length: 200 }, (_, index) => processState({ name: `process-${index}`, group: 'g' }))

  it.each([
    [60, 20],
    [100, 30],
    [200, 60],
    [20, 5],
    [10, 2],
  ])('has exactly %i columns and %i rows in every state', (columns, rows) => {
    const size: ScreenEvent = { type: 'resize', size: { columns, rows } }
    const lost: ScreenEvent = { type: 'link', link: { state: 'lost', since: NOW - 4000, why: 'exited' } }
    for (const events of [[], ['?'], ['enter'], ['s'], ['/', 'x'], [listed(many), lines(300)], [listed([])], [lost]]) {
      const { screen } = pressed(size, ...events)
      const view = screenView(screen, { symbols: symbolsOf({}), now: NOW, program: 'tuix-ps' })
      expect(view).toHaveLength(Math.max(2, rows))
      for (const row of view) expect(rowWidth(row)).toBeLessThanOrEqual(columns)
    }
  })

  it('says for how long the supervisor has been lost', () => {
    const link = { state: 'lost', since: NOW - 4000, why: 'exited' } as const
    expect(shown(pressed({ type: 'link', link }).screen)).toContain(
      'supervisor lost (exited), reconnecting for 4s; processes keep running',
    )
    expect(shown(pressed({ type: 'link', link }, { type: 'link', link: { state: 'alive', pid: 7 } }).screen)).toMatch(
      /supervisor 7$/m,
    )
  })

  it('shows all keys until any key is pressed, and quits with q or Ctrl-C', () => {
    const help = shown(pressed('?').screen)
    for (const key of ['s ', 'r ', 'R ', 'g ', 'l ', 'e ', 'w ', 'v ', '/ ', 'q ', 'PgUp'])
      expect(help).toContain(` ${key}`)
    expect(pressed('?', 'q').orders).toEqual([])
    expect(pressed('q').orders).toEqual([{ do: 'quit', code: 0 }])
    expect(pressed('/', 'ctrl+c').orders).toEqual([{ do: 'quit', code: 130 }])
  })

  it('shows all keys on a small screen, too', () => {
    const small: ScreenEvent = { type: 'resize', size: { columns: 60, rows: 20 } }
    expect(shown(pressed(small, '?').screen)).toMatch(/Esc +close details, search and filters/)
  })

  it('uses only ASCII in an ASCII locale', () => {
    const ascii = { symbols: symbolsOf({ LANG: 'C' }), now: NOW, program: 'tuix-ps' }
    expect(plainText(screenView(pressed('?').screen, ascii))).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it('keeps the possible answers visible, however long a question is', () => {
    const group = many.slice(0, 50)
    expect(shown(pressed(listed(group), 's').screen)).toContain('Stop group g (50 processes)? y: yes')
    const small: ScreenEvent = { type: 'resize', size: { columns: 50, rows: 20 } }
    const long = processState({ name: 'a-name-that-is-longer-than-the-screen-has-room-for' })
    expect(shown(pressed(small, listed([long]), 's').screen)).toMatch(/… y: yes, any other key: no$/)
  })

  it('shows facts about the selected process below a short list', () => {
    const wide: ScreenEvent = { type: 'resize', size: { columns: 120, rows: 30 } }
    expect(shown(pressed(wide).screen)).toMatch(/ command +node server\.mjs/)
    expect(shown(pressed(wide, 'j').screen)).not.toContain('node server.mjs')
    expect(shown(pressed(wide, listed(many)).screen)).not.toContain('node server.mjs')
  })

  it('shows a page about the process until it is closed, and can scroll it', () => {
    const page: ScreenEvent = { type: 'page', lines: Array.from({ length: 40 }, (_, index) => `fact ${index}`) }
    expect(shown(pressed('enter', page).screen)).toMatch(/DETAILS db[\s\S]*fact 0/)
    expect(shown(pressed('w', page, 'pagedown').screen)).toMatch(/WHY db[\s\S]*fact 10/)
    expect(shown(pressed('enter', page).screen)).toMatch(/DETAILS db · PgDn: more/)
    const small: ScreenEvent = { type: 'resize', size: { columns: 60, rows: 20 } }
    expect(shown(pressed(small, 'enter', page).screen)).toContain('fact 11')
    expect(shown(pressed('enter', page, 'escape').screen)).toContain('LOG db')
  })

  it('hides a notice when its time is over', () => {
    const notice = { text: 'web: stopped', tone: 'good', until: NOW + 1 } as const
    expect(shown(pressed({ type: 'notice', notice }).screen)).toContain('web: stopped')
    expect(shown(pressed({ type: 'notice', notice: { ...notice, until: NOW } }).screen)).not.toContain('web: stopped')
  })
})

describe('the terminal', () => {
  it('decodes keys, even if several arrive together', () => {
    expect(keysIn('jj\x1b[A\x1bOB\x1b[5~\r\x7fé\x03')).toEqual([
      'j',
      'j',
      'up',
      'down',
      'pageup',
      'enter',
      'backspace',
      'é',
      'ctrl+c',
    ])
    expect(keysIn('\x1b')).toEqual(['escape'])
    expect(keysIn('\x1b[200~\x01')).toEqual([])
  })

  it('only gets changed lines', () => {
    expect(frameChange(['a', 'b'], ['a', 'b'])).toBe('')
    expect(frameChange(['a', 'b'], ['a', 'c'])).toBe('\x1b[?2026h\x1b[2;1H\x1b[Kc\x1b[?2026l')
    expect(frameChange([], ['a'])).toContain('\x1b[1;1H\x1b[Ka')
  })
})
