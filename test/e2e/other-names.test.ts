import { afterEach, describe, expect, it } from 'vitest'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

/** Runs code with a manager and resolves to what it prints as JSON, one value a line. */
async function printed(code: string, options = '{}'): Promise<unknown[]> {
  const { stdout, stderr } = await project.app(`
import { createProcessManager } from 'tuix/process-manager'
const print = (value) => console.log(JSON.stringify(value))
const manager = await createProcessManager(${options})
${code}
`).finished
  expect(stderr).toBe('')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const WEB = JSON.stringify(child('web', 'counter'))

describe('a manager knows other names', () => {
  it('for starting, logs, usage and the end', async () => {
    project = tempProject()
    const values = await printed(`
      await manager.add(${WEB})
      const { status } = await manager.status('web')
      const seen = new Promise((resolve) => manager.tailLogs('web', ({ source }) => source === 'stdout' && resolve(true)))
      print([status, (await manager.stats('web')).processes, Object.keys(await manager.stats()), await seen])
      const before = (await manager.getLogs('web', 2)).length
      await manager.clearLogs('web')
      print([before, (await manager.logs('web')).filter(({ message }) => message === '0').length])
      print((await manager.doctor()).every(({ fixed }) => fixed === undefined || fixed === null || fixed === false))
      await manager.shutdown()
    `)
    expect(values).toEqual([['running', 1, ['web'], true], [2, 0], true])
    expect(running(project.path, 'counter')).toEqual([])
  })

  it('for its processes', async () => {
    project = tempProject()
    const values = await printed(
      `await manager.startAll()\nprint((await manager.list()).map(({ name }) => name))\nawait manager.shutdown()`,
      `{ services: { web: ${WEB.replace('"name":"web",', '')} } }`,
    )
    expect(values).toEqual([['web']])
  })
})

describe('a manager refuses, and names what is right', () => {
  it('a status without a name, and a setting of another program', async () => {
    project = tempProject()
    const refused = (call: string) => `await ${call}.catch(({ code, message }) => print([code, message]))`
    const values = await printed(
      `${refused('manager.status()')}\n${refused(`manager.start(${WEB})`)}\nawait manager.close()`,
      `{ globalEnv: { A: '1' } }`,
    )
    expect(values).toEqual([
      ['usage', 'status needs a name; list() has all processes'],
      ['config', '`globalEnv` is not a setting; use `defaults.env`'],
    ])
  })

  it('an event that there is not', async () => {
    project = tempProject()
    const { stderr, code } = await project.app(`
import { createProcessManager } from 'tuix/process-manager'
const manager = await createProcessManager()
manager.on('process:started', () => {})
await manager.close()
`).finished
    expect(stderr).toContain('there is no event `process:started`; available: start, ready, ')
    expect(code).toBe(0)
  })
})

describe('a start', () => {
  it('that fails rejects with the exit code of the process', async () => {
    project = tempProject()
    const bad = JSON.stringify({ name: 'bad', command: "sh -c 'exit 3'", autorestart: false })
    const values = await printed(`
      await manager.start(${bad}).catch(({ code, exitCode }) => print([code, exitCode]))
      await manager.start({ name: 'bad', command: 'no-such-program' }).catch(({ code, exitCode }) => print([code, exitCode]))
      await manager.close()
    `)
    expect(values).toEqual([
      ['start-failed', 3],
      ['config', null],
    ])
  })

  it('is no longer waited for when its signal aborts', async () => {
    project = tempProject()
    const slow = JSON.stringify(child('slow', 'silent', { healthCheck: { type: 'output', outputPattern: 'never' } }))
    const values = await printed(`
      const end = new AbortController()
      manager.on('start', () => end.abort())
      await manager.start(${slow}, { signal: end.signal }).catch(({ name }) => print(name))
      print((await manager.status('slow')).status)
      await manager.start('slow', { timeout: 100 }).catch(({ code }) => print(code))
      await manager.shutdown()
    `)
    expect(values).toEqual(['AbortError', 'starting', 'timeout'])
  })
})
