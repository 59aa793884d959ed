import { describe, expect, it } from 'vitest'
import { importCycle, type SourceFile, sourceFile, sourceFiles } from './helpers/source.ts'

/** Who may import whom: a file in a folder may import files of that folder and of these. */
const MAY_IMPORT: Record<string, string[]> = {
  'src/model': [],
  'src/protocol': ['src/model'],
  'src/system': ['src/model'],
  'src/logs': ['src/model', 'src/system/fs'],
  'src/storage': ['src/model', 'src/system', 'src/logs'],
  'src/monitors': ['src/model', 'src/system', 'src/logs'],
  'src/supervisor': [
    'src/model',
    'src/protocol',
    'src/system',
    'src/logs',
    'src/storage',
    'src/monitors',
    'src/mcp',
    'src/proxy/launcher.ts',
  ],
  // A program of its own, which is to be small.
  'src/proxy': ['src/model'],
  'src/client': ['src/model', 'src/protocol', 'src/system', 'src/storage'],
  // A Swarm has no supervisor that finds the levels of its lines.
  'src/targets': ['src/model', 'src/protocol', 'src/system', 'src/client', 'src/config', 'src/logs/reading/level.ts'],
  // What it needs of projects are files: it asks no supervisor.
  'src/names': ['src/model', 'src/system', 'src/logs', 'src/storage', 'src/client/read-state.ts'],
  'src/config': ['src/model'],
  'src/host': ['src/model', 'src/config'],
  'src/daemon': ['src/model', 'src/system', 'src/client', 'src/config', 'src/proxy', 'src/supervisor'],
  'src/boot': ['src/model', 'src/system', 'src/storage', 'src/client'],
  'src/doctor': ['src/model', 'src/system', 'src/logs', 'src/storage', 'src/client', 'src/boot'],
  'src/manager': [
    'src/model',
    'src/protocol',
    'src/system',
    'src/logs',
    'src/storage',
    'src/supervisor',
    'src/client',
    'src/config',
    'src/daemon',
    'src/doctor',
    'src/targets',
  ],
  // The answers of its tools are those of the library, which it must not load as a whole.
  'src/mcp': [
    'src/model',
    'src/protocol',
    'src/logs',
    'src/storage',
    'src/doctor',
    'src/manager/ensure.ts',
    'src/manager/wait.ts',
  ],
  'src/testing': [
    'src/model',
    'src/system',
    'src/logs',
    'src/storage',
    'src/client',
    'src/config',
    'src/daemon',
    'src/manager',
  ],
  commands: ['src/index.ts', 'src/internal.ts'],
  // A page in a browser: types, rules, and words for people, but nothing of a runtime.
  web: ['src/model', 'src/protocol', 'src/index.ts', 'commands/format'],
  // A host draws its first frame at once, from the saved state.
  plugin: ['commands', 'src/index.ts', 'src/manager/first-look.ts'],
}

/** Files that anyone may import. */
const FOR_ALL = ['src/version.ts']

/** The only files directly in `src/`, and the folders of `commands/` beside those of commands with parts. */
const LOOSE = ['src/index.ts', 'src/internal.ts', 'src/version.ts']

/** The layers of the rules, lowest first: a folder may import those before it. Those of one line may not import each other. */
const MODEL_LAYERS = [
  ['text', 'errors.ts'],
  ['config'],
  ['lifecycle'],
  ['tree'],
  ['views', 'boot'],
  ['planning', 'redaction', 'diagnosis', 'telemetry', 'alerts', 'names'],
  ['swarm'],
]

/** The same of the commands: a command imports what is before it, the command line imports commands. */
const SHARED_BY_COMMANDS = ['commands/shared', 'commands/format']

/** Only these end the program or answer signals: a library that did so would take both from the app that uses it. */
const ENTRY_POINTS = [
  'src/daemon/daemon.ts',
  'src/testing/stack-host.ts',
  'src/proxy/program.ts',
  'commands/cli/bin.ts',
  'commands/cli/command-line.ts',
  'commands/shared/signals.ts',
  'plugin/exit.ts',
]

/** Calculators: no I/O, no timer of their own, and time is passed in. */
const PURE_PACKAGES = ['croner']

/** Where a `message` or `reason` is none of our sentences, or where those of an older version are read. */
const NOT_OUR_SENTENCES = [
  // Those of version 1.
  'src/storage/events-v1.ts',
  // Lines of logs, in which people search.
  'src/logs/reading/query.ts',
  'src/logs/reading/stack.ts',
  'commands/monitor/screen/view.ts',
  'src/testing/stack.ts',
  // A prefix of the parser of cron expressions.
  'src/model/lifecycle/schedule.ts',
  // An error of Bun that has its code nowhere else.
  'src/model/text/system-error.ts',
  // The name of a signal.
  'commands/supervisor/run.ts',
]

const SENTENCE = String.raw`\b(?:reason|message|sentence)\b[!?]?`

const files = sourceFiles('src', 'commands', 'plugin', 'web')

function forbiddenImports(file: SourceFile): string[] {
  const folder = Object.keys(MAY_IMPORT).find((name) => file.path.startsWith(`${name}/`))
  if (!folder || ENTRY_POINTS.includes(file.path)) return []
  const allowed = [folder, ...(MAY_IMPORT[folder] ?? []), ...FOR_ALL]
  return file.imports
    .filter((path) => /^(src|commands|plugin)\//.test(path))
    .filter((path) => !allowed.some((name) => path === name || path.startsWith(`${name}/`)))
    .map((path) => `${file.path} imports ${path}`)
}

/** What a file of the rules imports from its own layer's neighbours or from one above. */
function upwardImports(file: SourceFile): string[] {
  const layerOf = (path: string) => MODEL_LAYERS.findIndex((layer) => layer.includes(path.split('/')[2] ?? ''))
  const folderOf = (path: string) => path.split('/')[2]
  return file.imports
    .filter((path) => path.startsWith('src/model/') && folderOf(path) !== folderOf(file.path))
    .filter((path) => layerOf(path) >= layerOf(file.path))
    .map((path) => `${file.path} imports ${path}`)
}

/** What a file of the commands imports beside what it may: its own folder, what commands share, and the library. */
function commandImports(file: SourceFile): string[] {
  if (!file.path.startsWith('commands/') || file.path.startsWith('commands/cli/')) return []
  const shared = SHARED_BY_COMMANDS.findIndex((folder) => file.path.startsWith(`${folder}/`))
  const below = shared < 0 ? SHARED_BY_COMMANDS : SHARED_BY_COMMANDS.slice(shared)
  const own = file.path.split('/').length > 2 ? [file.path.split('/').slice(0, 2).join('/')] : []
  return file.imports
    .filter((path) => path.startsWith('commands/'))
    .filter((path) => ![...own, ...below].some((folder) => path.startsWith(`${folder}/`)))
    .map((path) => `${file.path} imports ${path}`)
}

function impureWords(file: SourceFile): string[] {
  const words = [
    /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b/,
    /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\(/,
    // `process` alone is a word of the domain.
    /\bprocess\.(?:env|exit|exitCode|on|once|cwd|kill|platform|argv|stdout|stderr|hrtime|nextTick|versions|execPath)\b/,
  ]
  const found = words.flatMap((word) => word.exec(file.code)?.[0] ?? [])
  const outside = file.imports.filter((path) => !path.startsWith('src/model/') && !PURE_PACKAGES.includes(path))
  return [...found, ...outside].map((what) => `${file.path} has ${what}`)
}

function endingWords(file: SourceFile): string[] {
  if (ENTRY_POINTS.includes(file.path)) return []
  const found = /\bprocess\.exit\(|\bprocess\.(?:on|once|prependListener)\(\s*'SIG/.exec(file.code)
  return found ? [`${file.path} has ${found[0]}`] : []
}

/** Comparisons with a sentence, and tests and cuts of one. Whether there is one may be asked. */
function sentencesRead({ path, code }: SourceFile): string[] {
  if (NOT_OUR_SENTENCES.includes(path)) return []
  const patterns = [
    String.raw`${SENTENCE}\s*[!=]==(?!\s*(?:undefined\b|null\b|''))`,
    String.raw`[!=]==\s*(?:[\w.]+\.)?${SENTENCE}(?![\w.(])`,
    String.raw`${SENTENCE}\.(?:startsWith|endsWith|includes|indexOf|search|match|matchAll|replace|replaceAll)\(`,
    String.raw`\.(?:test|exec)\((?:[^()]*\()?[^()]*${SENTENCE}\s*\)`,
    String.raw`switch \([^)]*${SENTENCE}\s*\)`,
  ]
  return patterns.flatMap((pattern) =>
    [...code.matchAll(new RegExp(pattern, 'g'))].map(([what]) => `${path} has ${what}`),
  )
}

/** Switches on a phase that a new phase would fall through. */
function openSwitches({ path, code }: SourceFile): string[] {
  const switches = [...code.matchAll(/^( *).*\bswitch \([\w.]*\bphase(?:\.type)?\) \{\n([\s\S]*?)^\1\}/gm)]
  return switches
    .filter(([, , body]) => !body?.includes('satisfies never'))
    .map(([whole]) => `${path} has ${whole.trim()}`)
}

describe('the house', () => {
  it('has its import directions', () => {
    expect(files.flatMap(forbiddenImports)).toEqual([])
  })

  it('has its layers of rules', () => {
    expect(files.filter((file) => file.path.startsWith('src/model/')).flatMap(upwardImports)).toEqual([])
  })

  it('has commands that know nothing of each other', () => {
    expect(files.flatMap(commandImports)).toEqual([])
  })

  it('has no loose file in src/', () => {
    expect(
      files.filter(({ path }) => /^src\/[^/]+$/.test(path) && !LOOSE.includes(path)).map(({ path }) => path),
    ).toEqual([])
  })

  it('has nothing directly in commands/ but commands that the help lists', () => {
    const catalog = files.find(({ path }) => path === 'commands/cli/catalog.ts')?.imports ?? []
    const loose = files.map(({ path }) => path).filter((path) => /^commands\/[^/]+$/.test(path))
    expect(loose.length).toBeGreaterThan(5)
    expect(loose.filter((path) => !catalog.includes(path))).toEqual([])
  })

  it('has no import cycle', () => {
    expect(importCycle(files)).toEqual([])
  })

  it('has no I/O, clock, chance or timer in its rules', () => {
    const model = files.filter((file) => file.path.startsWith('src/model/'))
    expect(model.length).toBeGreaterThan(5)
    expect(model.flatMap(impureWords)).toEqual([])
  })

  it('ends the program and handles signals in its entry points only', () => {
    expect(files.flatMap(endingWords)).toEqual([])
  })

  it('decides nothing by a sentence', () => {
    expect(files.flatMap(sentencesRead)).toEqual([])
  })

  it('has something to say of every phase, wherever it tells them apart', () => {
    expect(files.flatMap(openSwitches)).toEqual([])
    expect(files.filter(({ code }) => /switch \([\w.]*phase/.test(code)).length).toBeGreaterThan(4)
  })

  it('has small files', () => {
    expect(files.filter((file) => file.lines > 300).map((file) => `${file.path}: ${file.lines} lines`)).toEqual([])
  })
})

describe('the scanner', () => {
  const planted = (path: string, ...lines: string[]) => sourceFile(path, lines.join('\n'))

  it('sees every kind of import, but none in a comment', () => {
    const file = planted(
      'src/client/a.ts',
      'import { one,',
      "  two } from '../supervisor/one.ts'",
      "import type { T } from '../supervisor/types.ts'",
      "export * from './b.ts'",
      "import 'node:fs'",
      "const late = await import('../supervisor/late.ts')",
      "// import { no } from '../supervisor/comment.ts'",
      "/** import('../supervisor/doc.ts') */",
    )
    expect(file.imports.sort()).toEqual([
      'node:fs',
      'src/client/b.ts',
      'src/supervisor/late.ts',
      'src/supervisor/one.ts',
      'src/supervisor/types.ts',
    ])
    expect(forbiddenImports(file)).toHaveLength(3)
  })

  it('sees a cycle and names it', () => {
    const a = planted('src/model/a.ts', "import './b.ts'")
    const b = planted('src/model/b.ts', "import './c.ts'")
    const c = planted('src/model/c.ts', "import './b.ts'")
    expect(importCycle([a, b, c])).toEqual(['src/model/b.ts', 'src/model/c.ts', 'src/model/b.ts'])
  })

  it.each([
    "if (state.reason === 'scheduled') start()",
    "if ('scheduled' !== state.reason) start()",
    'if (one.message === other.message) start()',
    "if (message.startsWith('unhealthy')) warn()",
    'const [first] = event.message.match(/^exited/) ?? []',
    "const text = reason!.replace(/^restarting: /, '')",
    'if (/^completed/.test(state.reason)) start()',
    'const found = RETRY.exec(strip(message))',
    'switch (outcome.message) {',
  ])('sees that a sentence is read: %s', (line) => {
    expect(sentencesRead(planted('src/model/a.ts', line))).not.toEqual([])
  })

  it.each([
    "if (reason === '' || message === undefined) return",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: code, not a template
    'const text = reason ? `: ${reason}` : message',
    'const { reason, message } = state',
  ])('sees that none is read: %s', (line) => {
    expect(sentencesRead(planted('src/model/a.ts', line))).toEqual([])
  })

  it('sees a switch that a new phase would fall through', () => {
    const cases = ["    case 'stopped':", '      return 1']
    const closed = [
      '  switch (process.phase.type) {',
      ...cases,
      '    default:',
      '      return phase satisfies never',
      '  }',
    ]
    expect(openSwitches(planted('src/model/a.ts', ...closed))).toEqual([])
    const open = ['  switch (phase.type) {', ...cases, '    default:', '      return 2', '  }', ...closed]
    expect(openSwitches(planted('src/model/a.ts', ...open))).toHaveLength(1)
  })

  it('sees impure rules and words that only entry points may have', () => {
    expect(impureWords(planted('src/model/a.ts', "import fs from 'node:fs'", 'x(Date.now())'))).toHaveLength(2)
    expect(impureWords(planted('src/model/a.ts', 'process.status = now // Date.now()'))).toEqual([])
    expect(endingWords(planted('src/supervisor/a.ts', "process.once('SIGTERM', stop)"))).toHaveLength(1)
    expect(endingWords(planted('src/daemon/daemon.ts', 'process.exit(1)'))).toEqual([])
  })
})
