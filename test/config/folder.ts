import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import type { LocateOptions } from '../../src/config/locate.ts'
import { tempFolder } from '../helpers/temp.ts'

/** A folder to write config files in, and to load them from; `remove` it in `afterEach`. */
export function configFolder() {
  const { path, remove } = tempFolder()
  const at = (...names: string[]) => join(path, ...names)
  return {
    path,
    remove,
    at,
    /** Objects are written as JSON. */
    write(file: string, content: unknown): void {
      mkdirSync(dirname(at(file)), { recursive: true })
      writeFileSync(at(file), typeof content === 'string' ? content : JSON.stringify(content))
    },
    load: (options: Partial<LocateOptions> = {}) => loadConfig({ cwd: path, environment: {}, ...options }),
  }
}
