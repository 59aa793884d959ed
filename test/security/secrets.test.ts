import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { eventsOf } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const secret = (of: string) => `${of}-7d31fa9c`
const DECLARED = ['flag', 'assigned', 'address', 'variable', 'probe'].map(secret)
const INHERITED = secret('inherited')

const COMMANDS = [
  ['list', '--json'],
  ['status', 'web'],
  ['status', 'web', '--json'],
  ['events', '--json'],
  ['why', 'web'],
  ['why', 'web', '--json'],
  ['tree', '--json'],
  ['ports', '--json'],
  ['graph', '--json'],
  ['doctor', '--json'],
  ['supervisor', '--json'],
  ['apply', '--json'],
  ['restart', 'web', '--json'],
  ['stop', 'web', '--json'],
  ['why', 'web'],
]

it('secrets in variables, arguments, addresses and failing commands are in no output, and in no file but the state', async () => {
  const says = `echo "told $API_TOKEN $INHERITED_PASSWORD" >&2; exit 3`
  project = tempProject({
    config: [
      child('web', 'sleeper', {
        args: [
          '--password',
          secret('flag'),
          `--api-key=${secret('assigned')}`,
          `postgres://app:${secret('address')}@localhost/app`,
        ],
        env: { API_TOKEN: secret('variable') },
        healthCheck: {
          type: 'exec',
          command: `TOKEN=${secret('probe')} sh -c '${says}'`,
          retries: 1,
          interval: 100,
          timeout: 5000,
        },
        onUnhealthy: 'restart',
        hooks: { onCrash: says, onRestart: says, onGiveUp: says },
        maxRestarts: 1,
        restartDelay: 0,
        startTimeout: 10_000,
      }),
      { name: 'broken', command: `/nonexistent/program --token ${secret('flag')}` },
    ],
  })
  const env = { INHERITED_PASSWORD: INHERITED }
  const outputs: string[] = []
  const ask = async (...args: string[]) => {
    const { stdout, stderr } = await project.psWith({ env }, ...args)
    outputs.push(`${args.join(' ')}: ${stdout}${stderr}`)
  }
  await ask('start', '--all')
  await until(() => eventsOf(project, 'web').some(({ message }) => message.startsWith('onGiveUp: told')))
  for (const command of COMMANDS) await ask(...command)
  expect(outputs.join()).toContain('••••')
  for (const output of outputs) for (const text of [...DECLARED, INHERITED]) expect(output).not.toContain(text)

  const folder = project.file('.tuix')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
  const holding = (texts: string[]) =>
    files.filter((path) => texts.some((text) => readFileSync(path, 'utf8').includes(text)))
  expect(files.length).toBeGreaterThan(5)
  expect(holding([INHERITED])).toEqual([])
  expect(holding(DECLARED).sort()).toEqual([join(folder, 'state.json'), join(folder, 'state.json.bak')])
}, 180_000)
