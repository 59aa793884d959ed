import { chmodSync, mkdirSync } from 'node:fs'
import type { Project } from '../helpers/project.ts'
import { execute, program, standIn } from './programs.ts'

const isRoot = process.getuid?.() === 0

/** PostgreSQL refuses to be run by root; Debian's package brings a user for it. */
const AS_POSTGRES = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--'] : []

/** Needed to make a cluster. */
export const POSTGRES_PROGRAMS = [
  'initdb',
  'pg_ctl',
  'pg_basebackup',
  'postgres',
  'psql',
  ...(isRoot ? ['setpriv'] : []),
]

/** A server's settings: loopback only, and as little as tests need. */
const settings = (port: number) => `
port = ${port}
listen_addresses = 'localhost'
unix_socket_directories = ''
shared_buffers = 16MB
fsync = off
wal_retrieve_retry_interval = 200ms
`

/**
 * Makes a primary in `data` and a streaming replica of it in `replica`, with the settings in `primary.conf` and
 * `replica.conf`, the database `myapp` of the user `app`, and a `postgres` in `bin` that may be started by root. Nothing of
 * them runs afterwards.
 */
export async function createCluster(project: Project, ports: { primary: number; replica: number }): Promise<void> {
  const run = (name: string, ...args: string[]) => execute(project.path, [...AS_POSTGRES, program(name), ...args])
  // The user of the servers has to reach its folders.
  chmodSync(project.path, 0o755)
  for (const name of ['data', 'replica']) {
    mkdirSync(project.file(name), { mode: 0o700 })
    if (isRoot) await execute(project.path, ['chown', 'postgres', project.file(name)])
  }
  project.write('primary.conf', settings(ports.primary))
  project.write('replica.conf', settings(ports.replica))
  standIn(project, 'postgres', [...AS_POSTGRES, program('postgres'), '$@'])

  const data = project.file('data')
  await run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync')
  const options = `-c config_file=${project.file('primary.conf')}`
  await run('pg_ctl', '-D', data, '-o', options, '-l', `${data}/setup.log`, '--wait', '--silent', 'start')
  try {
    await sql(project, ports.primary, 'CREATE ROLE app LOGIN', 'postgres', 'postgres')
    await sql(project, ports.primary, 'CREATE DATABASE myapp OWNER app', 'postgres', 'postgres')
    const from = ['-h', 'localhost', '-p', String(ports.primary), '-U', 'postgres']
    await run('pg_basebackup', ...from, '-D', project.file('replica'), '-R', '-c', 'fast', '--no-sync')
  } finally {
    await run('pg_ctl', '-D', data, '--mode=fast', '--wait', '--silent', 'stop')
  }
}

/** What a query gives, a line for each row. */
export function sql(project: Project, port: number, query: string, user = 'app', database = 'myapp'): Promise<string> {
  const at = ['-h', '127.0.0.1', '-p', String(port), '-U', user, '-d', database]
  return execute(project.path, [program('psql'), '-X', '-A', '-t', '-q', ...at, '-c', query])
}
