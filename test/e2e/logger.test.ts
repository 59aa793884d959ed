import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

/** An app whose logger prints what it is told, one JSON array a line; it starts `web` and stops it when it has said a word. */
const APP = `
import { createProcessManager } from 'tuix/process-manager'
const told = []
const logger = {}
for (const level of ['debug', 'info', 'warn', 'error'])
  logger[level] = (message, facts) => {
    told.push(message)
    console.log(JSON.stringify([level, message, facts]))
  }
const until = async (said) => {
  while (!told.some((message) => message.startsWith(said))) await new Promise((resolve) => setTimeout(resolve, 10))
}
const manager = await createProcessManager({ tuixDir: '.tuix', logger, logOutput: true })
await manager.start(${JSON.stringify(child('web', 'counter'))})
await until('web: 1')
await manager.stop('web')
await until('web: stopped')
await manager.close()
`

describe('an app with a logger', () => {
  it.each(['embeds the supervisor', 'finds one that is alive'])(
    'is told of events and lines when it %s',
    async (how) => {
      project = tempProject({ config: [child('other', 'sleeper')] })
      if (how.startsWith('finds')) expect((await project.ps('start', 'other')).code).toBe(0)
      const app = project.app(APP)
      const { code, stderr } = await app.finished
      expect([code, stderr]).toEqual([0, ''])
      const told = app
        .stdout()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(told.filter(([, , facts]) => facts.process === 'web' && facts.event === 'start')).toHaveLength(1)
      expect(
        told.some(([level, , facts]) => level === 'info' && facts.process === 'web' && facts.source === 'stdout'),
      ).toBe(true)
      expect(told.some(([, message]) => message.startsWith('web: stopped'))).toBe(true)
    },
  )
})
