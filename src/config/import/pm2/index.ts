import { basename, extname, resolve } from 'node:path'
import type { ProcessConfig } from '../../../model/config/config.ts'
import { check } from '../../check.ts'
import { configError } from '../../place.ts'
import { textValues } from '../env.ts'
import { Names, validName } from '../names.ts'
import { Notes } from '../notes.ts'
import type { ImportContext, Imported, ImportedProcess } from '../types.ts'
import { defined, pathFrom, variables, withHome } from '../values.ts'
import { type AppProcess, instanceCount, instancesOf } from './instances.ts'
import { APP_KEYS, FILE_KEYS } from './keys.ts'
import { leniently } from './lenient.ts'
import { type Pm2App, pm2App } from './schema.ts'
import { scriptOf, writtenScript } from './script.ts'
import { limitsOf, logsOf, messagesOf, restartsOf, scheduleOf, stopOf, watchOf } from './settings.ts'

/**
 * Imports a PM2 ecosystem file: `{ apps: […] }`, a bare list, or one app.
 *
 * @param content parsed content of the file
 * @throws ProcessManagerError `config`, one sentence
 */
export function importPm2(content: unknown, context: ImportContext): Imported {
  const notes = new Notes()
  const names = new Names(notes)
  const processes = appsIn(content, context, notes).flatMap(({ app, path }) =>
    convert(app, path, { context, notes, names }),
  )
  return { processes, notes: notes.all }
}

function appsIn(content: unknown, context: ImportContext, notes: Notes): { app: Pm2App; path: string }[] {
  const { file } = context
  const one = (app: unknown, path: string) => ({
    app: check(pm2App, leniently(app, notes, labelOf(app)), { file, path }),
    path,
  })
  const list = (apps: unknown[], path: string) => apps.map((app, index) => one(app, `${path}[${index}]`))
  if (Array.isArray(content)) return list(content, '')
  if (typeof content !== 'object' || content === null) {
    throw configError(context, 'must contain an object with `apps`, or a list of apps')
  }
  if (!('apps' in content)) return [one(content, '')]
  notes.addUnsupported(undefined, content, FILE_KEYS)
  if (Array.isArray(content.apps)) return list(content.apps, 'apps')
  return [one(content.apps, 'apps')]
}

function labelOf(app: unknown): string | undefined {
  const name = typeof app === 'object' && app !== null && 'name' in app ? app.name : undefined
  return typeof name === 'string' && name !== '' ? name : undefined
}

interface ConvertContext {
  context: ImportContext
  notes: Notes
  names: Names
}

function convert(app: Pm2App, path: string, { context, notes, names }: ConvertContext): ImportedProcess[] {
  const script = writtenScript(app, path, context.file)
  const name = names.assign(
    String(app.name ?? basename(script, extname(script))),
    app.name === undefined ? 'script' : 'name',
    instanceCount(app, context),
    validName(basename(script, extname(script))),
  )
  const cwd = app.cwd === undefined ? undefined : withHome(app.cwd, context.home)
  const { part, interpreter } = scriptOf(app, name, resolve(context.folder, cwd ?? ''), context, notes)
  // As in PM2, so that each line is in the log as soon as it is printed.
  const unbuffered: Record<string, string> = interpreter.includes('python') ? { PYTHONUNBUFFERED: '1' } : {}
  const config: AppProcess['config'] = {
    name,
    ...part,
    ...defined({ cwd }),
    ...envFileOf(app, name, context, notes),
    env: { ...unbuffered, ...textValues(app.env) },
    // Programs let only the first instance do what must happen once.
    instanceVariable: { name: app.instance_var ?? 'NODE_APP_INSTANCE', from: 0 },
    ...limitsOf(app),
    ...restartsOf(app, name, notes),
    ...stopOf(app, name, notes),
    ...messagesOf(app, name, notes),
    ...watchOf(app, name, notes),
    ...logsOf(app, name, context, notes),
    ...scheduleOf(app, name, notes),
  }
  const { namespace } = app
  if (config.group !== undefined && config.group !== namespace) {
    notes.add(name, 'namespace', `${JSON.stringify(namespace)} becomes the group ${validName(namespace ?? '')}`)
  }
  notes.addUnsupported(name, Object.fromEntries(Object.entries(app).filter(([key]) => !PROFILE.test(key))), APP_KEYS)
  const whole = { config, path, profiles: profilesOf(app, name, notes) }
  return instancesOf(whole, app, interpreter, context, notes).map(withoutEmpty)
}

const PROFILE = /^env_(\S+)$/

/** The variables of each `env_NAME`, by name. PM2 ignores those that are no objects. */
function profilesOf(app: Pm2App, process: string, notes: Notes): Record<string, Record<string, string>> {
  const profiles = Object.entries(app).flatMap(([key, value]) => {
    const [, name] = PROFILE.exec(key) ?? []
    if (name === undefined || (key === 'env_file' && typeof value === 'string')) return []
    const { success, data } = variables.safeParse(value)
    if (!success) notes.add(process, key, 'has no effect: it is not an object of variables')
    return success ? [[name, textValues(data)] as const] : []
  })
  return Object.fromEntries(profiles)
}

/** PM2 has no `env_file`, but who writes it means `envFile`. */
function envFileOf(app: Pm2App, name: string, context: ImportContext, notes: Notes): Pick<ProcessConfig, 'envFile'> {
  const { env_file } = app as { env_file?: unknown }
  if (typeof env_file !== 'string') return {}
  const envFile = pathFrom(app.cwd, env_file, context)
  if (context.readText(resolve(context.folder, envFile)) === undefined) {
    notes.add(name, 'env_file', `${env_file} cannot be read, so its variables are missing`)
    return {}
  }
  notes.add(name, 'env_file', 'is read here as `envFile`; PM2 ignores it')
  return { envFile }
}

function withoutEmpty({ config, path, profiles }: AppProcess): ImportedProcess {
  const { env, ...rest } = config
  return {
    config: Object.keys(env).length > 0 ? config : rest,
    path,
    ...(Object.keys(profiles).length > 0 && { profiles }),
  }
}
