import { containerEnv, imageOf, resourcesOf } from '../containers.ts'
import { seconds } from '../health.ts'
import { portOf } from '../ports.ts'
import { hasSecret } from '../secrets.ts'
import type { ExportContext, ExportedProcess, SecretText } from '../types.ts'
import { probesOf } from './probes.ts'

/** A process with what its pod needs to know of the others. */
export interface PodProcess extends ExportedProcess {
  /** Name of its objects. */
  object: string
  labels: Record<string, string>
  dependencies: PodProcess[]
}

/** Image of the containers that wait for others: it has a shell and `nc`. */
const WAITING_IMAGE = 'busybox:1.37'

/** The spec of the pods of a process. `restartPolicy` is absent for what always runs. */
export function podSpec(
  process: PodProcess,
  restartPolicy: 'OnFailure' | 'Never' | undefined,
  context: ExportContext,
): object {
  const { config, deploy } = process
  const waits = waitsOf(process, context)
  const secrets = (deploy?.secrets ?? []).map((secret) => (typeof secret === 'string' ? { name: secret } : secret))
  return {
    ...(restartPolicy && { restartPolicy }),
    // Without it nobody may choose a signal.
    ...(config.stopSignal !== 'SIGTERM' && { os: { name: 'linux' } }),
    terminationGracePeriodSeconds: seconds(config.stopTimeout),
    ...(deploy?.networks?.includes('host') && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
    ...(waits.length > 0 && { initContainers: waits }),
    containers: [containerOf(process, context)],
    ...(secrets.length > 0 && { volumes: secrets.map(({ name }) => ({ name, secret: { secretName: name } })) }),
  }
}

function containerOf(process: PodProcess, context: ExportContext): object {
  const { object, program, args, kind, deploy } = process
  const port = portOf(process)
  const env = envOf(process, context)
  const resources = limitsOf(process)
  const lifecycle = lifecycleOf(process, context)
  const mounts = (deploy?.secrets ?? []).map((secret) =>
    mountOf(typeof secret === 'string' ? { name: secret } : secret),
  )
  return {
    name: object,
    image: imageOf(process, context),
    command: [literal(program)],
    ...(args.length > 0 && { args: args.map(textOf) }),
    ...(port !== null && { ports: [{ containerPort: port }] }),
    ...env,
    ...(resources && { resources: { limits: resources } }),
    ...(kind === 'schedule' ? noProbes(process, context) : probesOf(process, context)),
    ...(lifecycle && { lifecycle }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}

/** A file of one secret, at the place at which Docker has it. */
function mountOf({ name, file = name }: { name: string; file?: string }): object {
  const path = file.startsWith('/') ? file : `/run/secrets/${file}`
  return { name, mountPath: path, subPath: name, readOnly: true }
}

function noProbes({ name, config }: PodProcess, { notes }: ExportContext): object {
  if (config.healthCheck) notes.add(name, 'healthCheck', 'is not carried over: a run of a CronJob is over when it ends')
  return {}
}

/** Variables: values, secrets by reference, and those of env files, which become secrets as a whole. */
function envOf(process: PodProcess, context: ExportContext): object {
  const { name, object, secrets, files, config, written } = process
  const values = Object.entries(containerEnv(process)).map(([variable, value]) => ({
    name: variable,
    value: literal(value),
  }))
  const secretName = `${object}-secrets`
  const hidden = secrets.map((variable) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: secretName, key: variable } },
  }))
  if (secrets.length > 0) {
    const keys = secrets.map((variable) => `--from-literal=${variable}=…`).join(' ')
    context.notes.add(name, 'env', `has secrets; create them with: kubectl create secret generic ${secretName} ${keys}`)
  }
  const sources = files.map((file, index) => {
    const source = `${object}-env${index === 0 ? '' : `-${index + 1}`}`
    context.notes.add(
      name,
      'envFile',
      `becomes a secret; create it with: kubectl create secret generic ${source} --from-env-file=${file}`,
    )
    return { secretRef: { name: source } }
  })
  const numbered =
    written.instanceVariable === undefined ? [] : ['TUIX_INSTANCE', config.instanceVariable?.name ?? ''].map(indexOf)
  const env = [...values, ...hidden, ...numbered]
  return { ...(env.length > 0 && { env }), ...(sources.length > 0 && { envFrom: sources }) }
}

/** The number of a pod of a StatefulSet. */
function indexOf(variable: string): object {
  const fieldPath = "metadata.labels['apps.kubernetes.io/pod-index']"
  return { name: variable, valueFrom: { fieldRef: { fieldPath } } }
}

function limitsOf(process: PodProcess): object | undefined {
  const { memory, cpus } = resourcesOf(process)
  if (memory === null && cpus === null) return undefined
  const cpu = cpus === null ? undefined : Number.isInteger(cpus) ? String(cpus) : `${Math.round(cpus * 1000)}m`
  return { cpu, memory: memory === null ? undefined : `${memory}Mi` }
}

function lifecycleOf({ name, config }: PodProcess, { notes }: ExportContext): object | undefined {
  const { stopCommand, stopSignal } = config
  const isSecret = stopCommand !== undefined && hasSecret(stopCommand)
  if (isSecret) notes.add(name, 'stopCommand', 'is not carried over: it has a secret in it')
  // The process is the first of its container.
  const line = stopCommand?.includes('TUIX_PID') ? `TUIX_PID=1; ${stopCommand}` : stopCommand
  const lifecycle = {
    ...(line !== undefined && !isSecret && { preStop: { exec: { command: ['/bin/sh', '-c', line] } } }),
    ...(stopSignal !== 'SIGTERM' && { stopSignal }),
  }
  return Object.keys(lifecycle).length > 0 ? lifecycle : undefined
}

/** Containers that wait until the Services of others have somebody who is ready. */
function waitsOf({ name, config, dependencies }: PodProcess, { notes }: ExportContext): object[] {
  return dependencies.flatMap((dependency) => {
    const port = portOf(dependency)
    const key = `dependsOn.${dependency.name}`
    if (config.dependsOn[dependency.name] === 'completed') {
      notes.add(name, key, 'is not carried over: a pod cannot wait for the end of a Job')
      return []
    }
    if (port === null) {
      notes.add(name, key, `is not carried over: ${dependency.name} has no \`port\` to wait for`)
      return []
    }
    const line = `until nc -z ${dependency.object} ${port}; do sleep 1; done`
    return [{ name: `wait-for-${dependency.object}`.slice(0, 63), image: WAITING_IMAGE, command: ['sh', '-c', line] }]
  })
}

/** A text in which Kubernetes replaces nothing: it takes two `$` for one, and `$(NAME)` for a variable. */
function literal(text: string): string {
  return text.replace(/\${2,}|\$(?=\()/g, (signs) => signs + signs)
}

function textOf(parts: SecretText): string {
  return parts.map((part) => (typeof part === 'string' ? literal(part) : `$(${part.variable})`)).join('')
}
