import { addressOf } from '../config/health-check.ts'
import { mapValues } from '../redaction/mask.ts'
import { type Declared, labelsOf, revisionLabel } from './declared.ts'
import type { ServiceSpec } from './engine.ts'

/** ns in a ms. */
const NS = 1_000_000
/** The port of a process whose port is picked: every container has all ports to itself. */
const AUTO_PORT = 8080

/** The beginning of scripts that run in the container. */
const WITH_EXIT = 'const { exit } = process; const ask = fetch; '

/** How the replicas of a service are replaced. `rolling`: as its config says. `at-once`: all end before the new ones start. */
export type Replacement = 'rolling' | 'at-once'

export interface SpecOptions {
  stack: string
  /** Number of replicas when it is not stopped. */
  replicas: number
  isStopped: boolean
  replacement: Replacement
  /** Counted up to replace replicas that have not changed. */
  force: number
  /** Ids of the cluster's secrets, by name. */
  secrets: ReadonlyMap<string, string>
  /** Names the content of this specification. */
  hash(text: string): string
}

/** The service of a process. */
export function specOf(declared: Declared, options: SpecOptions): ServiceSpec {
  const { config, deploy } = declared
  const { stack, replicas, isStopped, replacement, force, hash } = options
  const { memory = config.maxMemory, cpus = config.maxCpu === null ? null : config.maxCpu / 100 } =
    deploy.resources ?? {}
  const template = {
    ContainerSpec: containerOf(declared, options),
    Networks: (deploy.networks ?? []).map((name) => ({ Target: name })),
    Resources: {
      Limits: {
        ...(memory !== null && { MemoryBytes: memory * 2 ** 20 }),
        ...(cpus !== null && { NanoCPUs: Math.round(cpus * 1e9) }),
      },
    },
    RestartPolicy: restartPolicy(declared),
    Placement: { Constraints: deploy.constraints ?? [] },
  }
  const { ContainerSpec } = template
  const order = orderOf(declared)
  const { parallelism = 1, delay = 0, monitor = 5000, onFailure = 'rollback' } = deploy.update ?? {}
  return {
    Name: `${stack}_${config.name}`,
    Labels: labelsOf(stack, declared, replicas),
    TaskTemplate: {
      ...template,
      ContainerSpec: {
        ...ContainerSpec,
        Labels: { ...ContainerSpec.Labels, ...revisionLabel(hash(JSON.stringify(template))) },
      },
      ForceUpdate: force,
    },
    Mode: { Replicated: { Replicas: isStopped ? 0 : replicas } },
    UpdateConfig: {
      Parallelism: replacement === 'rolling' ? parallelism : 0,
      Delay: delay * NS,
      Monitor: monitor * NS,
      FailureAction: onFailure,
      Order: replacement === 'rolling' ? order : 'stop-first',
    },
    RollbackConfig: { Parallelism: parallelism, Monitor: monitor * NS, Order: order },
    EndpointSpec: { Ports: portsOf(declared) },
  }
}

function containerOf(
  { config, deploy }: Declared,
  { secrets }: SpecOptions,
): ServiceSpec['TaskTemplate']['ContainerSpec'] {
  const check = healthOf({ config, deploy })
  return {
    Image: deploy.image,
    Command: [config.program],
    Args: config.args.map(literal),
    Env: Object.entries(environmentOf({ config, deploy })).map(([name, value]) => `${name}=${value}`),
    Labels: config.group === undefined ? {} : { 'tuix.group': config.group },
    // Without an init of the engine a program is the first process of its container, which ignores every signal without a handler.
    Init: true,
    StopSignal: config.stopSignal,
    StopGracePeriod: config.stopTimeout * NS,
    ...(check && { Healthcheck: check }),
    Secrets: (deploy.secrets ?? []).map((secret) => {
      const { name, file = name } = typeof secret === 'string' ? { name: secret } : secret
      return { SecretID: secrets.get(name), SecretName: name, File: { Name: file, UID: '0', GID: '0', Mode: 0o444 } }
    }),
  }
}

/** Swarm replaces templates in variables. */
function literal(value: string): string {
  return value.replaceAll('{{', '{{"{{"}}')
}

function environmentOf({ config, deploy }: Declared): Record<string, string> {
  const port = portOf({ config, deploy })
  const { instanceVariable } = config
  const isNumbered = (deploy.replicas ?? config.instances) > 1 || instanceVariable !== null
  const numbered = ['TUIX_INSTANCE', ...(instanceVariable ? [instanceVariable.name] : [])]
  return {
    ...mapValues(config.env, (_, value) => literal(value)),
    ...(port !== null && { PORT: String(port) }),
    ...(isNumbered && Object.fromEntries(numbered.map((name) => [name, '{{.Task.Slot}}']))),
  }
}

function portOf({ config }: Declared): number | null {
  return config.port === 'auto' ? AUTO_PORT : config.port
}

/** On the network of the host its own port is the one that others reach. Elsewhere the hosts publish a fixed port, and balance it. */
function portsOf({ config, deploy }: Declared): object[] {
  const isOnHost = deploy.networks?.includes('host') ?? false
  if (isOnHost || typeof config.port !== 'number') return []
  return [{ Protocol: 'tcp', TargetPort: config.port, PublishedPort: config.port, PublishMode: 'ingress' }]
}

/** Two replicas cannot have the same port of a host. */
function orderOf({ config, deploy }: Declared): string {
  const sharesPort = (deploy.networks?.includes('host') ?? false) && config.port !== null
  return deploy.update?.order ?? (sharesPort ? 'stop-first' : 'start-first')
}

function restartPolicy({ config }: Declared): Record<string, unknown> {
  const { autorestart, maxRestarts, restartDelay, stableAfter, schedule } = config
  if (schedule !== null || autorestart === false) return { Condition: 'none' }
  const limit = maxRestarts === 'unlimited' ? {} : { MaxAttempts: maxRestarts, Window: stableAfter * NS }
  return { Condition: autorestart === true ? 'any' : 'on-failure', Delay: restartDelay * NS, ...limit }
}

function healthOf(declared: Declared): object | undefined {
  const { healthCheck, startTimeout } = declared.config
  const test = testOf(declared)
  if (!test) return undefined
  const { interval = 30_000, timeout = 5000, retries = 3 } = healthCheck ?? {}
  return {
    Test: test,
    Interval: interval * NS,
    Timeout: timeout * NS,
    Retries: Math.max(1, retries),
    // Until then failures do not count, and the first success ends it, as here.
    StartPeriod: startTimeout * NS,
  }
}

function testOf(declared: Declared): string[] | undefined {
  const { config, deploy } = declared
  const { healthCheck: check } = config
  if (deploy.healthCommand !== undefined)
    return typeof deploy.healthCommand === 'string'
      ? ['CMD-SHELL', deploy.healthCommand]
      : ['CMD', ...deploy.healthCommand]
  const port = portOf(declared)
  // Images seldom have `curl`; one whose process runs on Node or Bun has that for sure.
  const runtime = /(?:^|\/)(node|bun)$/.exec(config.program)?.[1]
  switch (check?.type) {
    case 'exec':
      return ['CMD-SHELL', check.command]
    case 'tcp': {
      const own = check.port ?? port
      if (own === null) return undefined
      if (!runtime) return ['CMD', 'nc', '-z', check.host, String(own)]
      const address = `${own}, ${JSON.stringify(check.host)}`
      return [
        'CMD',
        runtime,
        '-e',
        `${WITH_EXIT}require('net').connect(${address}).on('connect', () => exit(0)).on('error', () => exit(1))`,
      ]
    }
    case 'http': {
      const url = addressOf(check.url, port ?? '')
      if (!url) return undefined
      if (!runtime) return ['CMD', 'curl', '-fsS', '-o', '/dev/null', url.href]
      const { method, headers, expectedStatus } = check
      const wanted =
        expectedStatus.length > 0 ? `${JSON.stringify(expectedStatus)}.includes(r.status)` : 'r.status < 400'
      const options = JSON.stringify({ method, headers, redirect: 'manual' })
      const script = `${WITH_EXIT}ask(${JSON.stringify(url.href)}, ${options}).then((r) => exit(${wanted} ? 0 : 1), () => exit(1))`
      return ['CMD', runtime, '-e', script]
    }
    default:
      return undefined
  }
}
