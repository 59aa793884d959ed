import { afterEach, expect, it } from 'vitest'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

const LINES = 5000
/** Writes numbers to both streams in turn, without a pause. */
const WRITER = `for my $n (1 .. ${LINES}) { $n % 2 ? syswrite STDOUT, "$n\\n" : syswrite STDERR, "$n\\n" } sleep while 1`

let project: Project
afterEach(() => project.dispose())

it('one log of both streams has what was written in turn in exactly its order', async () => {
  project = tempProject({ config: [{ name: 'web', command: 'perl', args: ['-e', WRITER], mergeLogs: true }] })
  expect((await project.ps('start', 'web')).code).toBe(0)
  const printed = async () => (await project.ps('logs', 'web', '--raw', '-n', String(2 * LINES))).stdout.split('\n')
  const isNumber = (line: string) => /^\d+$/.test(line)
  await until(async () => (await printed()).includes(String(LINES)), { what: 'the last line', everyMs: 200 })
  expect((await printed()).filter(isNumber).map(Number)).toEqual(Array.from({ length: LINES }, (_, i) => i + 1))
})
