import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject()
  project.write('processes.json', JSON.stringify(PROCESSES))
})
afterEach(() => project.dispose())

const PROCESSES = [
  { name: 'db', command: 'node db.mjs', port: 5432 },
  { name: 'web', command: 'node web.mjs', dependsOn: ['db'], watch: true, envFile: '.env' },
  { name: 'other', command: 'node other.mjs', deploy: { image: 'other:2' } },
]

describe('export', () => {
  beforeEach(() => project.write('.env', 'MODE=production\nAPI_TOKEN=abcdefgh\n'))

  it('prints units, each after its name, and what is not carried over on stderr', async () => {
    const { code, stdout, stderr } = await project.ps('export', 'systemd')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^# [a-z0-9-]+\.target\n# From processes\.json, by tuix-ps export systemd\.\n/)
    expect(stdout).toContain(`EnvironmentFile=${join(project.path, '.env')}\n`)
    expect(stdout).toContain(`WorkingDirectory=${project.path}\n`)
    expect(stdout).toMatch(/^ExecStart=\/\S*node db\.mjs$/m)
    expect(stderr).toContain('warning: web: `watch` is not carried over')
    expect(stdout + stderr).not.toContain('abcdefgh')
  })

  it('of some processes brings what they depend on along', async () => {
    const { code, stdout } = await project.ps('export', 'kubernetes', 'web', '--image', 'shop:1')
    expect(code).toBe(0)
    expect(stdout.match(/^kind: .*\n.*\n {2}name: .*$/gm)).toHaveLength(3)
    expect(stdout).not.toContain('other')
    expect(stdout.split(/^---$/m)).toHaveLength(3)
  })

  it('prefers the image of a process to the one for all', async () => {
    const { stdout } = await project.ps('export', 'compose', '--image', 'shop:1')
    expect(stdout.match(/image: .*/g)).toEqual(['image: shop:1', 'image: shop:1', 'image: other:2'])
  })

  it('writes files into a folder that it makes, with paths from there, but never over another file', async () => {
    const words = ['export', 'compose', '--image', 'shop:1', '--out', 'deploy/prod'] as const
    const { code, stdout, stderr } = await project.ps(...words)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'deploy/prod/compose.yaml\n' })
    expect(stderr).toContain('Next: docker compose -f deploy/prod/compose.yaml up -d')
    expect(project.read('deploy/prod/compose.yaml')).toContain('- ../../.env')
    writeFileSync(join(project.path, 'deploy/prod/compose.yaml'), 'mine')
    expect(await project.ps(...words)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('deploy/prod/compose.yaml already exists; use --force to replace it'),
    })
    expect(project.read('deploy/prod/compose.yaml')).toBe('mine')
    expect(await project.ps(...words, '--force')).toMatchObject({ code: 0 })
    expect(project.read('deploy/prod/compose.yaml')).toContain('services:')
  })

  it('writes no file if one of several exists', async () => {
    mkdirSync(join(project.path, 'jobs'))
    project.write('jobs/web.nomad.hcl', 'mine')
    expect(await project.ps('export', 'nomad', '--out', 'jobs')).toMatchObject({ code: 2 })
    expect(existsSync(join(project.path, 'jobs/db.nomad.hcl'))).toBe(false)
  })

  it('prints JSON for programs', async () => {
    const answer = (await project.ps('export', 'nomad', 'db', '--json')).json()
    expect(answer).toMatchObject({ format: 'nomad', notes: [], folder: null })
    expect(answer.files).toEqual([{ name: 'db.nomad.hcl', text: expect.stringMatching(/^# From [\s\S]*\njob "/) }])
  })

  it.each([
    [['export'], 2, 'error: export needs a format; available: systemd, compose, swarm, kubernetes, nomad'],
    [['export', 'kubernets'], 2, 'did you mean `kubernetes`?'],
    [['export', 'systemd', 'wep'], 4, 'error: no process is named `wep`; did you mean `web`?'],
    [
      ['export', 'compose'],
      2,
      'error: db, web have no images: add `deploy: { image: … }`, or give one for all with --image',
    ],
    [['export', 'nomad', '--out', 'processes.json'], 1, 'a part of the path is not a folder'],
  ])('%j is refused with one sentence', async (words, code, sentence) => {
    const answer = await project.ps(...words)
    expect(answer).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) })
  })

  it('refuses a schedule that the format has nothing for, by name', async () => {
    project.write('processes.json', JSON.stringify([{ name: 'report', command: 'true', schedule: '0 0 * * MON#1' }]))
    expect(await project.ps('export', 'systemd')).toMatchObject({
      code: 2,
      stderr: 'error: process report: `MON#1` in its `schedule` has no equivalent in OnCalendar= of systemd\n',
    })
  })
})
