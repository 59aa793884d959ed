import { basename, extname, resolve } from 'node:path'
import type { ProcessConfig } from '../../../model/config.ts'
import { check } from '../../check.ts'
import { refusal } from '../../place.ts'
import { textValues } from '../env.ts'
import { Names, validName } from '../names.ts'
import { Notes } from '../notes.ts'
import type { Imported, ImportedProcess, ImportWorld } from '../types.ts'
import { defined, withHome } from '../values.ts'
import { instancesOf } from './instances.ts'
import { APP_KEYS, FILE_KEYS } from './keys.ts'
import { type Pm2App, pm2App } from './schema.ts'
import { scriptOf, writtenScript } from './script.ts'
import { limitsOf, logsOf, messagesOf, restartsOf, scheduleOf, stopOf, watchOf } from './settings.ts'

/**
 * A PM2 ecosystem file: `{ apps: […] }`, a bare list, or one app. `content` is what the file holds.
 *
 * @throws ProcessManagerError `config`, one sentence
 */
export function importPm2(content: unknown, world: ImportWorld): Imported {
  const notes = new Notes()
  const names = new Names(notes)
  const processes = appsIn(content, world, notes).flatMap(({ app, path }): ImportedProcess[] =>
    convert(app, path, { world, notes, names }).map((config) => ({ config, path })),
  )
  return { processes, notes: notes.all }
}

function appsIn(content: unknown, world: ImportWorld, notes: Notes): { app: Pm2App; path: string }[] {
  const { file } = world
  const list = (apps: unknown[], path: string) =>
    apps.map((app, index) => ({
      app: check(pm2App, app, { file, path: `${path}[${index}]` }),
      path: `${path}[${index}]`,
    }))
  if (Array.isArray(content)) return list(content, '')
  if (typeof content !== 'object' || content === null) {
    throw refusal(world, 'it must hold an object with `apps`, or a list of apps')
  }
  if (!('apps' in content)) return [{ app: check(pm2App, content, { file, path: '' }), path: '' }]
  notes.rest(undefined, content, FILE_KEYS)
  if (Array.isArray(content.apps)) return list(content.apps, 'apps')
  return [{ app: check(pm2App, content.apps, { file, path: 'apps' }), path: 'apps' }]
}

interface Means {
  world: ImportWorld
  notes: Notes
  names: Names
}

function convert(app: Pm2App, path: string, { world, notes, names }: Means): ProcessConfig[] {
  const script = writtenScript(app, path, world.file)
  const suffix = app.append_env_to_name && world.profile !== undefined ? `-${world.profile}` : ''
  const name = names.give(
    `${app.name ?? basename(script, extname(script))}${suffix}`,
    app.name === undefined ? 'script' : 'name',
  )
  const cwd = app.cwd === undefined ? undefined : withHome(app.cwd, world.home)
  const { part, interpreter } = scriptOf(app, name, resolve(world.folder, cwd ?? ''), world, notes)
  const env = environmentOf(app, name, interpreter, world, notes)
  const config: ProcessConfig = {
    name,
    ...part,
    ...defined({ cwd }),
    ...(Object.keys(env).length > 0 && { env }),
    ...limitsOf(app),
    ...restartsOf(app, name, notes),
    ...stopOf(app, name, notes),
    ...messagesOf(app, name, notes),
    ...watchOf(app, name, notes),
    ...logsOf(app, name, world, notes),
    ...scheduleOf(app, name, notes),
  }
  const { namespace } = app
  if (config.group !== undefined && config.group !== namespace) {
    notes.add(name, 'namespace', `${JSON.stringify(namespace)} becomes the group ${validName(namespace ?? '')}`)
  }
  const isEnvironment = (key: string) => key.startsWith('env_')
  notes.rest(name, Object.fromEntries(Object.entries(app).filter(([key]) => !isEnvironment(key))), APP_KEYS)
  return instancesOf(config, app, interpreter, world, notes)
}

/** `env`, and over it the `env_NAME` that the profile names. */
function environmentOf(
  app: Pm2App,
  name: string,
  interpreter: string,
  { profile, purpose, file }: ImportWorld,
  notes: Notes,
): Record<string, string> {
  const others = Object.keys(app).filter((key) => key.startsWith('env_') && key !== `env_${profile}`)
  if (purpose === 'convert') {
    for (const key of others) {
      notes.add(name, key, `is not carried over: import with \`--profile ${key.slice(4)}\` to have it instead`)
    }
  }
  const chosen = profile === undefined ? undefined : app[`env_${profile}`]
  if (profile !== undefined && chosen === undefined && others.length > 0) {
    notes.add(name, `env_${profile}`, 'is not there, so `env` alone counts')
  }
  if (chosen !== undefined && (typeof chosen !== 'object' || chosen === null || Array.isArray(chosen))) {
    throw refusal({ file }, `\`env_${profile}\` of ${name} must be an object of variables`)
  }
  // As PM2 does, so that a log has each line when it is printed.
  const unbuffered = interpreter.includes('python') ? { PYTHONUNBUFFERED: '1' } : {}
  return { ...unbuffered, ...textValues(app.env), ...textValues(chosen as Record<string, unknown> | undefined) }
}
