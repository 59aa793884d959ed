import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'
import { runtimeUnderTest } from '../../helpers/runtimes.ts'
import { tempFolder } from '../../helpers/temp.ts'

/** Beyond those that Node looks after itself at its start: the first sixteen and what follows without a gap. */
const FD = 100

it('closes inherited descriptors of a daemon, and leaves its own ones open', () => {
  const temp = tempFolder('fds')
  const inherited = openSync(join(temp.path, 'inherited'), 'w')
  try {
    buildSync({
      entryPoints: [fileURLToPath(new URL('../../../src/system/process/descriptors.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: join(temp.path, 'descriptors.mjs'),
    })
    const script = join(temp.path, 'script.mjs')
    writeFileSync(
      script,
      `import { openSync, readlinkSync } from 'node:fs'
       import { spawnSync } from 'node:child_process'
       import { closeInheritedDescriptors } from './descriptors.mjs'
       const childHas = () => spawnSync('readlink', ['/proc/self/fd/${FD}'], { encoding: 'utf8' }).stdout.trim()
       const own = openSync(process.argv[1])
       const before = childHas()
       closeInheritedDescriptors()
       console.log(JSON.stringify({ before, after: childHas(), own: readlinkSync('/proc/self/fd/' + own) }))`,
    )
    const nothing = Array.from({ length: FD - 3 }, () => 'ignore' as const)
    const { stdout, stderr } = spawnSync(process.execPath, [script], {
      stdio: ['ignore', 'pipe', 'pipe', ...nothing, inherited],
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    // Bun hands nothing on by itself.
    const before = runtimeUnderTest === 'node' ? join(temp.path, 'inherited') : ''
    expect(JSON.parse(stdout)).toEqual({ before, after: '', own: script })
  } finally {
    closeSync(inherited)
    temp.remove()
  }
})
