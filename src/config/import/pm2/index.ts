import { basename, extname, resolve } from 'node:path'
import { check } from '../../check.ts'
import { join, refusal } from '../../place.ts'
import { textValues } from '../env.ts'
import { Names, validName } from '../names.ts'
import { Notes } from '../notes.ts'
import type { Imported, ImportedProcess, ImportWorld } from '../types.ts'
import { defined, variables, withHome } from '../values.ts'
import { type AppProcess, instancesOf } from './instances.ts'
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
  const processes = appsIn(content, world, notes).flatMap(({ app, path }) =>
    convert(app, path, { world, notes, names }),
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

function convert(app: Pm2App, path: string, { world, notes, names }: Means): ImportedProcess[] {
  const script = writtenScript(app, path, world.file)
  const name = names.give(
    String(app.name ?? basename(script, extname(script))),
    app.name === undefined ? 'script' : 'name',
  )
  const cwd = app.cwd === undefined ? undefined : withHome(app.cwd, world.home)
  const { part, interpreter } = scriptOf(app, name, resolve(world.folder, cwd ?? ''), world, notes)
  // As PM2 does, so that a log has each line when it is printed.
  const unbuffered: Record<string, string> = interpreter.includes('python') ? { PYTHONUNBUFFERED: '1' } : {}
  const config: AppProcess['config'] = {
    name,
    ...part,
    ...defined({ cwd }),
    env: { ...unbuffered, ...textValues(app.env) },
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
  notes.rest(name, Object.fromEntries(Object.entries(app).filter(([key]) => !PROFILE.test(key))), APP_KEYS)
  const whole = { config, path, profiles: profilesOf(app, path, world) }
  return instancesOf(whole, app, interpreter, world, notes).map(withoutEmpty)
}

const PROFILE = /^env_(\S+)$/

/** The variables of each `env_NAME`, by the name. */
function profilesOf(app: Pm2App, path: string, { file }: ImportWorld): Record<string, Record<string, string>> {
  const profiles = Object.entries(app).flatMap(([key, value]) => {
    const [, name] = PROFILE.exec(key) ?? []
    if (name === undefined) return []
    return [[name, textValues(check(variables, value, { file, path: join(path, [key]) }))] as const]
  })
  return Object.fromEntries(profiles)
}

function withoutEmpty({ config, path, profiles }: AppProcess): ImportedProcess {
  const { env, ...rest } = config
  return {
    config: Object.keys(env).length > 0 ? config : rest,
    path,
    ...(Object.keys(profiles).length > 0 && { profiles }),
  }
}
