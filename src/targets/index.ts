import { basename } from 'node:path'
import type { SshTarget, TargetConfig } from '../model/config/targets.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { nearest, ownProperty } from '../model/text/text.ts'
import type { Control } from '../protocol/operations.ts'
import type { Target } from './target.ts'

/**
 * One of the targets, by its name. Nothing is connected yet, and what connects is loaded on demand.
 *
 * @param folder of the project here, after which a stack of services is named
 * @throws ProcessManagerError `usage` for an unknown name
 */
export function openTarget(
  name: string,
  targets: Record<string, TargetConfig>,
  folder: string,
  warn: (message: string) => void,
): Target {
  const config = ownProperty(targets, name)
  if (config === undefined) throw unknownTarget(name, Object.keys(targets))
  return new LazyTarget(name, config, folder, warn)
}

function unknownTarget(name: string, known: string[]): ProcessManagerError {
  const meant = nearest(name, known)
  const hint =
    meant !== undefined
      ? `did you mean \`${meant}\`?`
      : known.length > 0
        ? `there are ${known.join(', ')}`
        : 'the config has no `targets`'
  return new ProcessManagerError('usage', `there is no target \`${name}\`; ${hint}`)
}

class LazyTarget implements Target {
  readonly name: string
  readonly cwd: string | null
  readonly #config: TargetConfig
  readonly #folder: string
  readonly #warn: (message: string) => void
  #opened: Promise<Target> | undefined

  constructor(name: string, config: TargetConfig, folder: string, warn: (message: string) => void) {
    this.name = name
    this.cwd = isSsh(config) ? config.cwd : null
    this.#config = config
    this.#folder = folder
    this.#warn = warn
  }

  async reach(): Promise<Control> {
    return (await this.#target()).reach()
  }

  async environment(): Promise<Record<string, string>> {
    return (await this.#target()).environment()
  }

  async close(): Promise<void> {
    // One that could not be opened has nothing to close.
    await (await this.#opened?.catch(() => undefined))?.close()
  }

  #target(): Promise<Target> {
    this.#opened ??= this.#open()
    return this.#opened
  }

  async #open(): Promise<Target> {
    if (isSsh(this.#config)) return (await import('./ssh/index.ts')).openSsh(this.name, this.#config, this.#warn)
    return (await import('./swarm/index.ts')).openSwarm(this.name, this.#config, basename(this.#folder))
  }
}

function isSsh(config: TargetConfig): config is SshTarget {
  return 'ssh' in config
}
