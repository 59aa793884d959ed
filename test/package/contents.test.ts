import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadable, loadedAtOnce } from '../helpers/built.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'

const LOOSE = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD_PARTY_NOTICES', 'package.json']
const KINDS = [
  /^dist\/[\w~-]+\.js$/,
  /^dist\/(?:index|plugin|config|test(?:-\w+)?)\.d\.ts$/,
  /^dist\/schema\.json$/,
  /^dist\/web\/[\w.-]+\.(?:html|js|css|svg)$/,
  /^docs\/[\w-]+\.(?:md|svg|png|json)$/,
  /^examples\/(?:quickstart|tuix-app)\/[\w.-]+\.(?:ts|mjs|json|md)$/,
]

interface Link {
  page: string
  target: string
}

/** Where pages lead: links and pictures, but for addresses on the web. Code is no link. */
function linksOf(page: string): Link[] {
  const text = read(page).replace(/^```[\s\S]*?^```|^ {4}.*$|`[^`\n]*`/gm, '')
  const inline = [...text.matchAll(/\]\(([^()\s]+)\)/g), ...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)]
  return inline.map(([, target = '']) => ({ page, target })).filter(({ target }) => !/^https?:/.test(target))
}

/** The names under which a page's headings can be linked to, as GitHub and npm make them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8')
}

describe('the package', () => {
  /** What a run of the example leaves in its folder. */
  const leftover = join(REPOSITORY, 'examples/quickstart/.tuix')
  const wasThere = existsSync(leftover)
  let names: string[]

  beforeAll(() => {
    mkdirSync(leftover, { recursive: true })
    if (!wasThere) writeFileSync(join(leftover, 'state.json'), '{}')
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
    const [packed] = JSON.parse(execFileSync('npm', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: 'pipe' }))
    names = packed.files.map(({ path }: { path: string }) => path)
  })
  afterAll(() => {
    if (!wasThere) rmSync(leftover, { recursive: true })
  })

  it('holds what runs, what describes it, and nothing else', () => {
    expect(names).toEqual(
      expect.arrayContaining([...LOOSE, 'dist/index.js', 'dist/tuix-ps.js', 'docs/commands.md', 'dist/web/index.html']),
    )
    const others = names.filter((name) => !LOOSE.includes(name) && !KINDS.some((kind) => kind.test(name)))
    expect(others).toEqual([])
  })

  it('holds code in ASCII: Bun takes it for Latin-1', () => {
    const programs = names.filter((name) => name.endsWith('.js'))
    expect(programs.length).toBeGreaterThan(5)
    expect(programs.filter((name) => /[^\x00-\x7f]/.test(read(name)))).toEqual([])
  })

  it('loads little for `list`: three files, and of the runtime what it has loaded anyway', () => {
    const commands = loadable('tuix-ps.js').find((file) => file.startsWith('commands-')) ?? ''
    const { files, builtIns } = loadedAtOnce(commands)
    expect(loadedAtOnce('tuix-ps.js')).toMatchObject({ files: ['tuix-ps.js'], builtIns: [] })
    expect(files).toHaveLength(2)
    // `node:crypto` alone takes Bun 10 ms.
    expect(builtIns.sort()).toEqual(['node:fs', 'node:path'])
  })

  it('has everything that its pages lead to', () => {
    const links = names.filter((name) => name.endsWith('.md')).flatMap(linksOf)
    expect(links.length).toBeGreaterThan(20)
    const broken = links.filter(({ page, target }) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : normalize(join(page, '..', path))
      if (anchor !== undefined && !(names.includes(file) && anchorsOf(file).includes(anchor))) return true
      return !names.some((name) => name === file || name.startsWith(`${file}/`))
    })
    expect(broken).toEqual([])
  })

  it('has everything that its own description names', () => {
    const { exports, bin } = JSON.parse(read('package.json'))
    const targets = JSON.stringify([exports, bin]).match(/(?<=")(?:\.\/)?(?:dist\/[^"]+|package\.json)(?=")/g) ?? []
    expect(targets.length).toBeGreaterThan(8)
    expect(targets.map((target) => normalize(target)).filter((target) => !names.includes(target))).toEqual([])
  })
})
