import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../helpers/runtimes.ts'

/** Everything that apps can import: what is not in here can change without notice. A new name is a decision. */
const VALUES = {
  index: [
    ...['ProcessManager', 'ProcessManagerError', 'ProcessManagerPlugin', 'ProcessMonitor', 'VERSION'],
    ...['createProcessManager', 'createProcessMonitor', 'defineConfig', 'mountPlugins', 'runCLI', 'runDaemon'],
  ],
  plugin: ['ProcessManagerPlugin', 'mountPlugins'],
  config: ['defineConfig'],
  test: ['startStack'],
  'test-vitest': ['globalStack', 'globalStackFixtures', 'stackFixtures'],
  'test-playwright': ['stackFixtures'],
  'test-bun': ['useStack'],
}
const TYPES: Record<keyof typeof VALUES, string[]> = {
  index: [
    ...['AddedEnvironment', 'AlertConfig', 'AlertTestResult', 'AlertsInfo', 'AppConfig'],
    ...['Cause', 'Command', 'CommandOptions', 'Condition', 'ConfigChanges'],
    ...['ContextLine', 'CrashBrief', 'CrashReport', 'DependencyCondition'],
    ...['DeployConfig', 'DeployResources', 'DeploySecret', 'DeployUpdate'],
    ...['EndCause', 'EndedSupervisor', 'EnsureError', 'Ensured', 'ErrorCause'],
    ...['ErrorCode', 'EventCause'],
    ...['FailCause', 'FailureCause', 'FileChange', 'Finding', 'Fix', 'FollowOptions', 'HealthCheckConfig'],
    ...['HealthResult', 'HealthRules', 'HealthStatus', 'HistoryQuery', 'HooksConfig', 'Identity', 'KeyedProcess'],
    ...['LastExit', 'LogLevel', 'LogQuery', 'Logger', 'LogsAfter', 'ManagerEvents', 'ManagerOptions', 'MonitorHost'],
    ...['OpenPort', 'Outcome', 'OutcomeCause', 'OutcomeResult', 'OverLimit', 'PatternSource', 'PhaseType'],
    ...['PlanStep', 'PlannedAction', 'Plugin', 'PortHolder', 'ProcessConfig', 'ProcessDetail', 'ProcessEvent'],
    ...['ProcessEventType', 'ProcessLog', 'ProcessManagerConfig', 'ProcessManagerPluginObject'],
    ...['ProcessManagerPluginOptions', 'ProcessMonitorProps', 'ProcessState', 'ProcessStats', 'ProcessStatus'],
    ...[
      'ProcessTree',
      'ProgramStatus',
      'ProjectConfig',
      'ReadyCause',
      'Reason',
      'ResolvedHealthCheck',
      'ResolvedProcess',
    ],
    ...['ResolvedWatch', 'RestartCause', 'Reveal', 'RunExit', 'Selection', 'SignalCause', 'SignalName'],
    ...[
      'SpawnProblem',
      'SshTarget',
      'StopSignal',
      'StoppedCause',
      'SupervisorInfo',
      'SupervisorStatus',
      'SwarmSettings',
    ],
    ...['SwarmTarget', 'SystemProcess', 'TargetConfig'],
    ...['TreeMember', 'WaitOptions', 'WaitingFor', 'Wanted', 'WebConfig', 'WebInfo'],
  ],
  plugin: ['ProcessManagerPluginObject', 'ProcessManagerPluginOptions'],
  config: [
    'AppConfig',
    'Command',
    'HealthCheckConfig',
    'Plugin',
    'ProcessConfig',
    'ProcessManagerConfig',
    'ProjectConfig',
  ],
  test: [
    'Condition',
    'ExpectLogOptions',
    'ProcessLog',
    'ProcessState',
    'Reason',
    'Stack',
    'StackOptions',
    'WaitOptions',
  ],
  'test-vitest': ['Fixtures', 'Stack', 'StackFixtures', 'StackOptions'],
  'test-playwright': ['Fixtures', 'Stack', 'StackFixtures', 'StackOptions', 'WorkerFixtures'],
  'test-bun': ['Stack', 'StackOfFile', 'StackOptions'],
}
/** What the types above are made of, and nobody has to name. */
const UNNAMED = [
  ...[
    'ALERT_KINDS',
    'AlertKind',
    'AlertRuleInfo',
    'AlertTarget',
    'Blocked',
    'ChangedProcess',
    'CheckOf',
    'CrashCause',
    'DEPENDENCY_CONDITIONS',
    'ERROR_CODES',
    'EVENT_TYPES',
    'EnvironmentOf',
    'EventFacts',
    'Failure',
    'FolderId',
    'FolderManager',
    'Followable',
    'GitHead',
  ],
  ...[
    'Health',
    'HealthCheckSettings',
    'LastTree',
    'Live',
    'LogLine',
    'LogOrigin',
    'ManagedElsewhere',
    'ManagerBase',
    'NextTry',
    'OpenAlertInfo',
    'OutdatedReference',
    'PLANNED_ACTIONS',
    'Phase',
    'PidSpace',
    'PortHolding',
    'PortWish',
    'ProcessObserver',
    'ProcessReferences',
    'Result',
    'RunEnd',
  ],
  ...[
    'SHARES',
    'SIGNALS',
    'STOP_SIGNALS',
    'Served',
    'Share',
    'SharedPort',
    'SinceGood',
    'Size',
    'StopCause',
    'Success',
    'Time',
    'UPDATE_FAILURES',
    'UPDATE_ORDERS',
    'UpdateFailure',
    'UpdateOrder',
    'Variables',
    'Which',
    'WithExtends',
    'WithProfiles',
    'WithoutExtends',
  ],
]

type EntryPoint = keyof typeof VALUES
const entryPoints = Object.keys(VALUES) as EntryPoint[]

interface Declaration {
  kind: 'value' | 'type'
  name: string
  exported: boolean
  text: string
}

/** The declarations in an entry point's types, without comments. */
function declarationsOf(entry: EntryPoint): Declaration[] {
  const text = readFileSync(join(REPOSITORY, 'dist', `${entry}.d.ts`), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  return text.split(/^(?=(?:export )?declare )/m).flatMap((part): Declaration[] => {
    const [, exported, keyword = '', name] = /^(export )?declare (?:abstract )?(\w+) (\w+)/.exec(part) ?? []
    if (name === undefined) return []
    const kind = keyword === 'interface' || keyword === 'type' ? 'type' : 'value'
    return [{ kind, name, exported: exported !== undefined, text: part }]
  })
}

const namesOf = (declarations: Declaration[]) => declarations.map(({ name }) => name).sort()

describe.each(entryPoints)('the entry point %s', (entry) => {
  const declarations = declarationsOf(entry)
  const exported = declarations.filter((declaration) => declaration.exported)

  it('exports these values', async () => {
    expect(Object.keys(await import(`../../dist/${entry}.js`)).sort()).toEqual(VALUES[entry])
  })

  it('has types of these values', () => {
    expect(namesOf(exported.filter(({ kind }) => kind === 'value'))).toEqual(VALUES[entry])
  })

  it('exports these types', () => {
    expect(namesOf(exported.filter(({ kind }) => kind === 'type'))).toEqual(TYPES[entry])
  })

  it('imports nothing for its types', () => {
    const text = declarations.map((declaration) => declaration.text).join('\n')
    expect(declarations.length).toBeGreaterThan(5)
    expect(text).not.toMatch(/\bimport\b|\bfrom '/)
  })

  it('has no type that allows anything, but for the element of a host that is not known', () => {
    const loose = declarations.filter(({ text }) => /\bany\b/.test(text))
    expect(namesOf(loose)).toEqual(entry === 'index' ? ['ProcessMonitor'] : [])
  })
})

describe('the main entry point', () => {
  const declarations = declarationsOf('index')

  it('exports the names of all types that its values are described with', () => {
    expect(namesOf(declarations.filter(({ exported }) => !exported))).toEqual(UNNAMED)
  })

  it('exports no type that is not needed to describe a value', () => {
    const byName = new Map(declarations.map((declaration) => [declaration.name, declaration.text]))
    const needed = new Set<string>(VALUES.index)
    for (const name of needed) {
      for (const [word] of (byName.get(name) ?? '').matchAll(/\w+/g)) if (byName.has(word)) needed.add(word)
    }
    expect(TYPES.index.filter((name) => !needed.has(name))).toEqual([])
  })

  it('exports everything that the others export', () => {
    for (const entry of ['plugin', 'config'] as const) {
      expect(VALUES.index).toEqual(expect.arrayContaining(VALUES[entry]))
      expect(TYPES.index).toEqual(expect.arrayContaining(TYPES[entry]))
    }
  })

  it('exports what the documentation names', () => {
    const page = readFileSync(join(REPOSITORY, 'docs/embedding.md'), 'utf8')
    const [, section = ''] = /^## What can be imported\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page) ?? []
    const named = [...section.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
    expect([...new Set(named)].sort()).toEqual([...VALUES.index, ...TYPES.index].sort())
  })
})
