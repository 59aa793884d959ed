import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { withEnvironment, zombiesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable, pathWithRuntimes, REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

const NEW_NAMESPACE = ['--pid', '--fork', '--mount-proc', '--kill-child']

/** As root and where the kernel allows it, a namespace is what a container is: somebody in it is process 1. */
const isAllowed = process.platform === 'linux' && spawnSync('unshare', [...NEW_NAMESPACE, 'true']).status === 0

let project: Project
let container: ChildProcess | undefined

afterEach(async () => {
  container?.kill('SIGKILL')
  await project.dispose()
})

describe.skipIf(!isAllowed)('supervisor run as process 1', () => {
  it('reaps what is orphaned, and stops everything at SIGTERM', async () => {
    // Orphans that end at once, again and again.
    const orphans = 'i=0; while [ $i -lt 5 ]; do (sleep 0.1 &); i=$((i+1)); done; echo orphaned; exec sleep 1000'
    project = tempProject({ config: [{ name: 'maker', command: 'sh', args: ['-c', orphans] }] })
    const command = [executable(), join(REPOSITORY, 'dist/tuix-ps.js'), 'supervisor', 'run', '--logs']
    const env = { PATH: pathWithRuntimes(), HOME: project.path, LANG: 'C.UTF-8' }
    const child = spawn('unshare', [...NEW_NAMESPACE, ...command], { cwd: project.path, env, stdio: 'pipe' })
    container = child
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))

    await until(() => /^orphaned$/m.test(output), { what: 'orphans' })
    const inside = () => withEnvironment(`HOME=${project.path}`)
    const zombies = () => inside().flatMap(zombiesOf)
    // Those that sleep are children of whoever reaps; when they are gone, they are not there as zombies either.
    await until(() => zombies().length === 0 && inside().length <= 6, { what: 'orphans that are gone' })
    expect(output).not.toContain('warning')

    // Process 1 is the only child of unshare.
    const [first] = inside().filter((pid) => pid !== child.pid)
    process.kill(first ?? 0, 'SIGTERM')
    expect(await ended).toBe(0)
    expect(output).toContain('everything has stopped')
    expect(inside()).toEqual([])
  })
})
