import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventsOf } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { isStopped } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

const ready = (outputPattern: string) => ({ healthCheck: { type: 'output', outputPattern } as const })

let project: Project
beforeEach(() => {
  project = tempProject({
    config: [
      child('web', 'stubborn', { group: 'front', ...ready('stubborn') }),
      child('family', 'family', ready('complete')),
      child('idle', 'sleeper', { group: 'front' }),
    ],
  })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

it('a signal reaches the leader, or the whole tree with --tree, and is recorded in events and why', async () => {
  expect((await ps('start', 'web', 'family')).code).toBe(0)
  const sent = await ps('signal', 'w*', 'hup')
  expect(sent).toMatchObject({ code: 0, stderr: '' })
  expect(sent.stdout).toMatch(/^web: SIGHUP sent \(pid \d+\)\n$/)
  await until(() => project.read('.tuix/logs/web.out.log').includes('ignored SIGHUP'), { what: 'what web says to it' })
  const { pid } = await project.state('web')
  expect(eventsOf(project, 'web').at(-1)).toMatchObject({ type: 'signal', signal: 'SIGHUP', pid, run: 1 })

  const leader = running(project.path, 'family')
  const members: number[] = (await ps('tree', 'family', '--json'))
    .json()[0]
    .members.map((member: { pid: number }) => member.pid)
  expect(members.length).toBeGreaterThan(3)
  expect((await ps('signal', 'family', 'STOP')).code).toBe(0)
  await until(() => leader.every(isStopped), { what: 'a leader that rests' })
  expect(members.filter(isStopped)).toEqual(leader)
  expect((await ps('list')).stdout).toMatch(/^family .* running \(frozen\) /m)
  expect((await ps('signal', 'family', 'STOP', '--tree')).stdout).toContain(
    `SIGSTOP sent to ${members.length} processes`,
  )
  await until(() => members.every(isStopped), { what: 'a tree that rests' })
  expect((await ps('signal', '--all', 'CONT', '--tree', '--json')).code).toBe(3)
  await until(() => !members.some(isStopped), { what: 'a tree that goes on' })

  expect((await ps('signal', 'web', '-9')).code).toBe(0)
  await until(() => eventsOf(project, 'web').some(({ type }) => type === 'crash'), { what: 'its crash' })
  expect((await ps('why', 'web')).stdout).toContain('killed by SIGKILL')
  expect((await ps('why', 'web')).stdout).toContain('after SIGKILL sent')
})

it('a signal fails with 3 if nothing is running, and with 4 for an unknown process', async () => {
  await ps('start', 'web')
  expect(await ps('signal', 'idle', 'HUP')).toMatchObject({ code: 3, stdout: '', stderr: 'idle: not running\n' })
  const both = await ps('signal', '--group', 'front', 'HUP')
  expect(both).toMatchObject({ code: 3, stderr: 'idle: not running\n' })
  expect(both.stdout).toContain('web: SIGHUP sent')
  expect((await ps('signal', 'wbe', 'HUP')).stderr).toBe('error: no process is named `wbe`; did you mean `web`?\n')
  expect((await ps('signal', 'wbe', 'HUP')).code).toBe(4)
  expect((await ps('signal', '--group', 'none', 'HUP')).code).toBe(4)
  await ps('stop', '--all')
  await ps('supervisor', 'stop')
  expect(await ps('signal', 'web', 'HUP')).toMatchObject({ code: 3, stderr: 'web: not running\n' })
  expect(project.supervisor()).toBeNull()
})
