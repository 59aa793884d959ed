import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
beforeEach(() => {
  project = tempProject()
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

it('agents init writes both files, and changes nothing the second time', async () => {
  const dry = await ps('agents', 'init', '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout).toContain('"mcpServers"')
  expect(existsSync(project.file('AGENTS.md'))).toBe(false)

  expect(await ps('agents', 'init')).toMatchObject({
    code: 0,
    stdout: 'AGENTS.md: written\n.mcp.json: written\n',
    stderr: '',
  })
  expect(JSON.parse(project.read('.mcp.json'))).toEqual({
    mcpServers: { 'tuix-ps': { command: 'tuix-ps', args: ['mcp'] } },
  })
  const section = project.read('AGENTS.md')
  expect(section).toContain('tuix-ps ensure NAME --json')
  expect((await ps('agents', 'init')).stdout).toBe('AGENTS.md: unchanged\n.mcp.json: unchanged\n')
  expect(project.read('AGENTS.md')).toBe(section)
})

it('agents init keeps what others wrote, before and after its section, and other servers', async () => {
  await ps('agents', 'init')
  const section = project.read('AGENTS.md')
  project.write('AGENTS.md', `# Rules\n\nBe kind.\n\n${section.replace('Processes', 'Old words')}\n# More\n`)
  const mine = {
    mcpServers: { db: { command: 'db-mcp' }, 'tuix-ps': { command: 'tuix-ps', args: ['mcp', '--read-only'] } },
    x: 1,
  }
  project.write('.mcp.json', JSON.stringify(mine, null, '\t'))
  expect((await ps('agents', 'init')).stdout).toBe('AGENTS.md: written\n.mcp.json: unchanged\n')
  expect(project.read('AGENTS.md')).toBe(`# Rules\n\nBe kind.\n\n${section}\n# More\n`)
  project.write('.mcp.json', `${JSON.stringify({ mcpServers: { db: {} }, x: 1 }, null, '\t')}\n`)
  project.write('AGENTS.md', '# Rules\n')
  await ps('agents', 'init')
  expect(project.read('AGENTS.md')).toBe(`# Rules\n\n${section}`)
  expect(project.read('.mcp.json')).toMatch(/^\{\n\t"mcpServers": \{\n\t\t"db": \{\},\n\t\t"tuix-ps"/)
  expect(JSON.parse(project.read('.mcp.json'))).toMatchObject({ x: 1 })
})

it('agents init uses what the project has installed, without a download', async () => {
  project.write('node_modules/.bin/tuix-ps', '')
  await ps('agents', 'init')
  expect(JSON.parse(project.read('.mcp.json')).mcpServers['tuix-ps']).toEqual({
    command: 'npx',
    args: ['--no', '--', 'tuix-ps', 'mcp'],
  })
})

it.each(['{ "mcpServers": [] }', '[]', '{'])(
  'agents init leaves a file alone that it cannot read: %s',
  async (text) => {
    project.write('.mcp.json', text)
    const { code, stderr } = await ps('agents', 'init')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: \.mcp\.json/)
    expect(project.read('.mcp.json')).toBe(text)
    expect(existsSync(project.file('AGENTS.md'))).toBe(false)
  },
)
