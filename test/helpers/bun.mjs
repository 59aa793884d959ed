import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Absolute path of the Bun that the development dependencies bring. Its install script moves the binary out of the
 * platform's package; where npm does not run such scripts, it is still there.
 * @returns {string}
 */
export function bunExecutable() {
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
  const machine = `${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
  const packaged = [machine, `${machine}-musl`].map((name) => `${modules}/@oven/bun-${name}/bin/bun`)
  return packaged.find(existsSync) ?? `${modules}/.bin/bun`
}
