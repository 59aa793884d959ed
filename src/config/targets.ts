import { resolve } from 'node:path'
import * as z from 'zod/mini'
import type { SshTarget, SwarmSettings, SwarmTarget, TargetConfig } from '../model/config/targets.ts'
import { check } from './check.ts'
import { image, networks } from './deploy.ts'
import { fileName, nonEmpty, path, settings } from './values.ts'

/** Schema of targets. `values.ts` explains how its messages are worded. */

const HOST = 'a host such as "deploy@web1" or "ssh://deploy@web1:2222"'
const DOCKER = 'an address that begins with unix://, tcp:// or ssh://'

const target = settings({
  // What begins with a dash would be an option of ssh.
  ssh: z.exactOptional(z.string(HOST).check(z.regex(/^(?:ssh:\/\/)?(?:[^\s/@-][^\s/@]*@)?[^\s/@-][^\s/@]*$/, HOST))),
  cwd: z.exactOptional(z.string().check(z.regex(/^\//, 'the absolute path of a folder there'))),
  program: z.exactOptional(nonEmpty('a command line')),
  tuixDir: z.exactOptional(nonEmpty('a folder')),
  swarm: z.exactOptional(
    settings({
      docker: z.exactOptional(z.string(DOCKER).check(z.regex(/^(?:unix|tcp|ssh):\/\/[^-]/, DOCKER))),
      context: z.exactOptional(nonEmpty('the name of a context of docker')),
      tls: z.exactOptional(settings({ ca: path('a file'), cert: path('a file'), key: path('a file') })),
      stack: z.exactOptional(fileName),
      image: z.exactOptional(image),
      networks: z.exactOptional(networks),
    } satisfies Record<keyof SwarmSettings, z.ZodMiniType>),
  ),
} satisfies Record<keyof SshTarget | keyof SwarmTarget, z.ZodMiniType>).check(({ value, issues }) => {
  const refuse = (message: string) => issues.push({ code: 'custom', path: [], message, input: value })
  const { ssh, cwd, swarm, ...others } = value
  if ((ssh === undefined) === (swarm === undefined)) refuse('must have either `ssh` or `swarm`')
  else if (ssh !== undefined && cwd === undefined) refuse('must have `cwd`, the folder of the project on that host')
  else if (swarm !== undefined && (cwd !== undefined || Object.keys(others).length > 0))
    refuse('must have nothing beside `swarm`')
  else if (swarm?.docker !== undefined && swarm.context !== undefined)
    refuse('must have only one of `swarm.docker` and `swarm.context`')
})

export const targets = z.record(fileName, target, 'an object of targets by name').check(({ value, issues }) => {
  const message = 'is the name of this machine: choose another'
  if (Object.hasOwn(value, 'local')) issues.push({ code: 'custom', path: ['local'], message, input: value })
})

/** What the schema has checked, with paths made absolute. */
export function targetsOf(given: z.infer<typeof targets>, folder: string): Record<string, TargetConfig> {
  const absolute = ({ swarm, ...ssh }: z.infer<typeof target>): TargetConfig => {
    if (!swarm) return ssh as SshTarget
    const { tls } = swarm
    const files = tls && Object.entries(tls).map(([key, file]) => [key, resolve(folder, file)])
    return { swarm: { ...swarm, ...(files && { tls: Object.fromEntries(files) }) } }
  }
  return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, absolute(each)]))
}

/**
 * Targets that stand outside of a config.
 *
 * @throws ProcessManagerError `config`
 */
export function checkTargets(given: unknown, folder: string): Record<string, TargetConfig> {
  return targetsOf(check(targets, given, { path: 'targets' }), folder)
}
