import { realpathSync } from 'node:fs'
import { isShim, stablePaths } from '../model/boot/runtimes.ts'

/** Paths of a runtime, those first under which its next version will be found, too. */
export function findRuntimes(runtime: string, path: string): string[] {
  return [...stablePaths(runtime, path).filter((each) => leadsTo(each, runtime)), runtime]
}

function leadsTo(path: string, runtime: string): boolean {
  try {
    const target = realpathSync(path)
    return isShim(path) || target === realpathSync(runtime)
  } catch {
    return false
  }
}
