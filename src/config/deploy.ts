import * as z from 'zod/mini'
import {
  type DeployConfig,
  type DeployResources,
  type DeploySecret,
  type DeployUpdate,
  UPDATE_FAILURES,
  UPDATE_ORDERS,
} from '../model/config/deploy.ts'
import { DEPLOY_WORDS } from './other-words.ts'
import { choice, count, duration, integer, listOr, MEMORY, nonEmpty, settings, text } from './values.ts'

/** Schema of `deploy`. `values.ts` explains how its messages are worded. */

const CPUS = 'a number of cores from 0.01 to 1000, such as 0.5'
const resources = settings({
  memory: z.exactOptional(MEMORY),
  cpus: z.exactOptional(z.number(CPUS).check(z.gte(0.01, CPUS), z.lte(1000, CPUS))),
} satisfies Record<keyof DeployResources, z.ZodMiniType>)

const update = settings({
  order: z.exactOptional(choice(UPDATE_ORDERS)),
  parallelism: z.exactOptional(count),
  delay: z.exactOptional(duration),
  monitor: z.exactOptional(duration),
  onFailure: z.exactOptional(choice(UPDATE_FAILURES)),
} satisfies Record<keyof DeployUpdate, z.ZodMiniType>)

const word = (what: string) => text(what).check(z.regex(/^\S+$/, what))

const SECRET = 'the name of a secret'
const secretName = text(SECRET).check(z.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, SECRET))
const secret = z.union(
  [
    secretName,
    settings({
      name: secretName,
      file: z.exactOptional(word('a file name or an absolute path')),
    } satisfies Record<keyof DeploySecret, z.ZodMiniType>),
  ],
  'the name of a secret, or an object with its `name` and the `file`',
)

/** `node.labels.disk == ssd`. */
const CONSTRAINT = 'a rule such as "node.role == worker" or "node.labels.disk != hdd"'
const constraint = text(CONSTRAINT).check(z.regex(/^\s*(?:node|engine)\.[\w.-]+\s*[!=]=\s*\S.*$/, CONSTRAINT))

const HEALTH_COMMAND = 'a command line, or a list with a program and its arguments'
const healthCommand = listOr(text('a text'), text(HEALTH_COMMAND).check(z.regex(/\S/, HEALTH_COMMAND)))

export const image = word('the name of an image')
export const networks = z.array(nonEmpty('the name of a network'), 'a list of networks')

export const deploy = settings(
  {
    image,
    replicas: z.exactOptional(integer('', 1, 1000)),
    resources: z.exactOptional(resources),
    constraints: z.exactOptional(z.array(constraint, 'a list of rules')),
    update: z.exactOptional(update),
    secrets: z.exactOptional(z.array(secret, 'a list of secrets')),
    networks: z.exactOptional(networks),
    healthCommand: z.exactOptional(healthCommand),
  } satisfies Record<keyof DeployConfig, z.ZodMiniType>,
  undefined,
  DEPLOY_WORDS,
)
