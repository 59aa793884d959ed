import type { Measured, Size, Time } from './units.ts'

/** How a process runs on a cluster, beside the rest of its config. A supervisor of this machine does not read it. */
export interface DeployConfig {
  /** Image of the container in which `command` runs, such as `registry.example.com/shop/web:1.4`. */
  image: string
  /** Number of replicas. Default `instances`. */
  replicas?: number
  /** What each replica may use at most. The kernel kills a replica above its memory, and slows one down that wants more CPU. */
  resources?: DeployResources
  /** Hosts on which it may run, as Docker writes it: `node.labels.disk == ssd`. Default every host. */
  constraints?: string[]
  /** How a new version replaces the running one. */
  update?: DeployUpdate
  /** Secrets of the cluster, by name. Each becomes a file in `/run/secrets`, or the `file` given. */
  secrets?: (string | DeploySecret)[]
  /** Networks of the cluster that it joins, by name. `host` is that of the machine. */
  networks?: string[]
  /** Health check inside of the container: a command line for the shell of the image, or a program with its arguments. */
  healthCommand?: string | string[]
}

export interface DeployResources {
  /** Memory in MB. Default `maxMemory`. */
  memory?: Size
  /** CPU in cores, such as 0.5. Default `maxCpu`, in cores. */
  cpus?: number
}

export const UPDATE_ORDERS = ['start-first', 'stop-first'] as const
export type UpdateOrder = (typeof UPDATE_ORDERS)[number]

export const UPDATE_FAILURES = ['rollback', 'pause', 'continue'] as const
export type UpdateFailure = (typeof UPDATE_FAILURES)[number]

export interface DeployUpdate {
  /** Start a new replica before the old one stops, or after. Default 'start-first'. */
  order?: UpdateOrder
  /** Number of replicas that are replaced at a time; 0 means all. Default 1. */
  parallelism?: number
  /** Time in ms between one replica and the next. Default 0. */
  delay?: Time
  /** Time in ms that a new replica is watched for failure. Default 5000. */
  monitor?: Time
  /** What happens when a new replica fails: the old version comes back, the update stops half way, or it goes on. Default 'rollback'. */
  onFailure?: UpdateFailure
}

export interface DeploySecret {
  /** Name in the cluster. */
  name: string
  /** Absolute path in the container, or a name in `/run/secrets`. Default its name there. */
  file?: string
}

/** After validation, which makes numbers of times and sizes. */
export interface ParsedDeploy extends Omit<DeployConfig, 'resources' | 'update'> {
  resources?: Measured<DeployResources>
  update?: Measured<DeployUpdate>
}
