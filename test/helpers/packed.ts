import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from './runtimes.ts'

/**
 * Installs the tarball that `npm publish` would send into a folder, under a name, with the dependencies that it declares and
 * no others. Returns the folder of the package.
 */
export function installPacked(folder: string, name: string): string {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]
  const packed = execFileSync('npm', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const home = join(folder, 'node_modules', name)
  mkdirSync(home, { recursive: true })
  const tarball = join(folder, packed.trim().split('\n').pop() ?? '')
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home])
  const { dependencies, bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies)) linkInstalled(folder, dependency)
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  for (const [command, file] of Object.entries<string>(bin)) {
    chmodSync(join(home, file), 0o755)
    symlinkSync(join('..', name, file), join(folder, 'node_modules/.bin', command))
  }
  return home
}

/** Makes one of this project's own dependencies importable from a folder. */
export function linkInstalled(folder: string, name: string): void {
  const target = join(folder, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules', name), target, 'dir')
}
