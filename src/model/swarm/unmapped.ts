import { ProcessManagerError } from '../errors.ts'
import { maskArguments, maskEnvironment, maskText } from '../redaction/mask.ts'
import type { Declared } from './declared.ts'

/** An address of this machine with a port: that of another process, most likely. */
const LOCAL = /\b(?:localhost|127\.0\.0\.1):(\d{1,5})\b/

/** What Swarm does otherwise than a supervisor, or not at all: a sentence for each setting that was written. */
export function unmapped({ config, deploy }: Declared): string[] {
  const says: [boolean, string, string][] = [
    [config.watch !== null, 'watch', 'containers have no files that change; build a new image'],
    [config.ipc, 'ipc', 'Swarm has no channel to a program'],
    [Object.keys(config.hooks).length > 0, 'hooks', 'nothing there runs on these events'],
    [
      config.schedule !== null,
      'schedule',
      'Swarm starts nothing at times of the day; it has no replica until it is started',
    ],
    [config.stopCommand !== undefined, 'stopCommand', 'a container gets its stop signal and nothing else'],
    [config.daemon === true, 'daemon', 'a container ends with its first process'],
    [config.stopExitCodes.length > 0, 'stopExitCodes', 'Swarm only tells 0 from other codes'],
    [config.logFile !== undefined, 'logFile', 'logs are those of the containers'],
    [config.errorFile !== undefined, 'errorFile', 'logs are those of the containers'],
    [config.heapSnapshot, 'heapSnapshot', 'nothing is written before a container is killed for its memory'],
    [config.otlp !== undefined, 'otlp', 'nothing there sends its logs and metrics'],
    [
      config.port === 'auto',
      'port',
      'the port in the container is 8080, since every container has all ports to itself',
    ],
    [
      config.references !== undefined,
      config.references?.join(', ') ?? '',
      'references are not replaced there; write the address of the service',
    ],
    [config.ports !== undefined, 'ports', 'only the main port is known there, as `PORT`'],
    [config.onUnhealthy === 'none', 'onUnhealthy', 'Swarm replaces every unhealthy container'],
    [(config.instanceVariable?.from ?? 1) !== 1, 'instanceVariable.from', 'Swarm counts replicas from 1'],
    [config.maxMemory !== null, 'maxMemory', 'it is a hard limit there: the kernel kills a replica above it at once'],
    [config.maxCpu !== null, 'maxCpu', 'it is a hard limit there: a replica is slowed down, not restarted'],
    [
      ['output', 'script'].includes(config.healthCheck?.type ?? '') && deploy.healthCommand === undefined,
      'healthCheck',
      `a check of type ${config.healthCheck?.type} needs a supervisor; use \`deploy.healthCommand\``,
    ],
  ]
  const local = [
    ...Object.entries(config.env).map(([name, value]) => [`env.${name}`, value] as const),
    ...config.args.map((arg) => ['args', arg] as const),
  ]
  for (const [key, value] of local) {
    const [address, port] = LOCAL.exec(value) ?? []
    if (address !== undefined && Number(port) !== config.port)
      says.push([true, key, `it names ${address}, but there every host has a \`localhost\` of its own`])
  }
  return says.filter(([isWritten]) => isWritten).map(([, key, why]) => `${config.name}: \`${key}\`: ${why}`)
}

/**
 * What a service says can be read by everybody who may ask the engine, and by everything that runs on its hosts.
 *
 * @throws ProcessManagerError `config` that names the settings with a value that is masked wherever it is shown
 */
export function refuseSecrets({ config, deploy }: Declared): void {
  const masked = maskEnvironment(config.env)
  const variables = Object.keys(config.env).filter((name) => masked[name] !== config.env[name])
  const hidden = maskArguments(config.args, config.program)
  const check = config.healthCheck === null ? '' : JSON.stringify(config.healthCheck)
  const command = [deploy.healthCommand ?? []].flat().join(' ')
  const found = [
    ...variables.map((name) => `env.${name}`),
    ...(config.args.some((arg, index) => arg !== hidden[index]) ? ['command'] : []),
    ...(maskText(check) === check ? [] : ['healthCheck']),
    ...(maskText(command) === command ? [] : ['deploy.healthCommand']),
  ]
  if (found.length === 0) return
  const [is, it] = found.length === 1 ? ['is a secret', 'it'] : ['are secrets', 'them']
  const sentence = `${config.name}: \`${found.join('`, `')}\` ${is} and would be readable on the whole cluster: give ${it} to \`docker secret create\`, name ${it} in \`deploy.secrets\`, and read /run/secrets in the program`
  throw new ProcessManagerError('config', sentence)
}
