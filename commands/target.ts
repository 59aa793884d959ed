import type { TargetConfig } from '../src/index.ts'
import { checkTargets, readTargets, writeTargets } from '../src/internal.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { loadDeclarations, targetsFolder } from './shared/open-manager.ts'
import { knownTargets, LOCAL } from './shared/targets.ts'
import { usageError } from './shared/usage.ts'

export const target: Command = {
  name: 'target',
  aliases: ['targets'],
  summary: 'Name other hosts, and choose where commands act',
  usage: 'target [list|add NAME|use NAME|remove NAME] [options]',
  options: [
    { flags: '--ssh <host>', summary: 'add: a host, as ssh takes it (deploy@web1)' },
    { flags: '--cwd <dir>', summary: 'add: absolute folder of the project on that host' },
    { flags: '--program <command>', summary: 'add: how tuix-ps is called there' },
    { flags: '--swarm <address>', summary: 'add: the Docker Engine of a manager of a Swarm (unix://, tcp://, ssh://)' },
    { flags: '--stack <name>', summary: 'add: name for the services on that Swarm' },
    { flags: '--image <image>', summary: 'add: container image of processes without `deploy.image` there' },
    { flags: '--network <name>', summary: 'add: network of processes without `deploy.networks` there' },
  ],
  examples: [
    ['target', 'All targets; * marks the one that commands act on'],
    ['target add prod --ssh deploy@web1 --cwd /srv/shop', 'Name a host'],
    ['target add cluster --swarm ssh://deploy@manager1 --image shop:1.4', 'Name a Docker Swarm'],
    ['list --target prod', 'What runs there'],
    ['target use prod', 'From now on commands in this project act there'],
    ['target use local', 'And again on this machine'],
  ],
  async run(context) {
    const [word = 'list', name, ...more] = context.names
    if (word === 'list' && name === undefined) return await list(context)
    const verb = VERBS[word]
    if (!verb) throw usageError(`target takes list, add, use or remove, not ${word}`)
    if (name === undefined || more.length > 0) throw usageError(`target ${word} takes one name`)
    return await verb(context, name)
  },
}

const VERBS: Record<string, (context: CommandContext, name: string) => Promise<number>> = { add, use, remove }

async function list(context: CommandContext): Promise<number> {
  const { flags, print, printJson, paint } = context
  const folder = targetsFolder(context)
  const { current } = readTargets(folder)
  const known = await knownTargets(await loadDeclarations(context), folder)
  if (flags.json) printJson({ current: current ?? LOCAL, targets: known })
  else {
    const rows = [[LOCAL, 'this machine'], ...Object.entries(known).map(([name, each]) => [name, whereText(each)])]
    const width = Math.max(...rows.map(([name = '']) => name.length))
    for (const [name = '', where = ''] of rows)
      print(`${name === (current ?? LOCAL) ? '*' : ' '} ${paint('bold', name.padEnd(width))}  ${where}`)
  }
  return EXIT.done
}

function whereText(target: TargetConfig): string {
  if ('ssh' in target) return `${target.ssh}:${target.cwd}`
  const { docker, context, stack } = target.swarm
  const engine = docker ?? (context === undefined ? 'the current context of docker' : `context ${context} of docker`)
  return `Swarm at ${engine}${stack === undefined ? '' : `, stack ${stack}`}`
}

async function add(context: CommandContext, name: string): Promise<number> {
  const { flags, environment, print } = context
  const { ssh, cwd, program, swarm, stack, image, network } = flags
  if (ssh === undefined && swarm === undefined)
    throw usageError('target add needs --ssh HOST and --cwd DIR, or --swarm ADDRESS')
  const host = given({ ssh, cwd, program })
  const cluster = given({ docker: swarm, stack, image, networks: network === undefined ? undefined : [network] })
  const target = swarm === undefined ? host : { ...host, swarm: cluster }
  const declared = await loadDeclarations(context)
  if (Object.hasOwn(declared.targets, name)) throw usageError(`\`${name}\` is a target of ${declared.file} already`)
  await checkTargets({ [name]: target }, declared.folder)
  const folder = targetsFolder(context)
  const saved = readTargets(folder)
  await writeTargets(folder, { ...saved, targets: { ...saved.targets, [name]: target } })
  print(`${name}: added; try: ${environment.program} list --target ${name}`)
  return EXIT.done
}

function given(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

async function use(context: CommandContext, name: string): Promise<number> {
  const { environment, print } = context
  const folder = targetsFolder(context)
  const known = await knownTargets(await loadDeclarations(context), folder)
  if (name !== LOCAL && !Object.hasOwn(known, name)) throw unknown(name, known)
  await writeTargets(folder, { ...readTargets(folder), current: name === LOCAL ? null : name })
  const back = name === LOCAL ? '' : `; go back with: ${environment.program} target use ${LOCAL}`
  print(`commands here now act on ${name === LOCAL ? 'this machine' : name}${back}`)
  return EXIT.done
}

async function remove(context: CommandContext, name: string): Promise<number> {
  const declared = await loadDeclarations(context)
  if (Object.hasOwn(declared.targets, name))
    throw usageError(`\`${name}\` is a target of ${declared.file}: remove it there`)
  const folder = targetsFolder(context)
  const { current, targets } = readTargets(folder)
  if (!Object.hasOwn(targets, name)) throw unknown(name, { ...declared.targets, ...targets })
  const { [name]: _, ...others } = targets
  await writeTargets(folder, { current: current === name ? null : current, targets: others })
  context.print(`${name}: removed; what runs there goes on`)
  return EXIT.done
}

function unknown(name: string, known: object) {
  const names = Object.keys(known)
  const hint = names.length > 0 ? `there are ${[LOCAL, ...names].join(', ')}` : 'add it with: target add'
  return usageError(`there is no target \`${name}\`; ${hint}`)
}
