import { transform } from 'esbuild'
import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { blockNamed, moduleOf } from './blocks.ts'

/** Calls components as it meets them; stacks take elements and text. */
const CALLING_HOST = `export const jsx = (type, { children, ...props }, key) => {
  if (typeof type === 'function') return type({ ...props, children })
  const parts = [children].flat()
  if (type === 'text' && !parts.every((part) => typeof part === 'string')) throw new Error('text takes text')
  const texts = parts.map((part) => (typeof part === 'string' ? part : part.render()))
  return { render: () => texts.join(type === 'vstack' ? '\\n' : '') }
}
export const jsxs = jsx
export const render = (element) => element.render()
`

/** Makes elements, and calls components when it draws. */
const ELEMENT_HOST = `const ELEMENT = Symbol.for('tuix.jsx.element')
export const jsx = (type, props, key = null) => ({ $$typeof: ELEMENT, type, props, key })
export const jsxs = jsx
export const render = (element) => {
  if (typeof element === 'string') return element
  if (element.$$typeof !== ELEMENT) throw new Error('not an element: ' + JSON.stringify(element))
  const { type, props } = element
  if (typeof type === 'function') return render(type(props))
  return [props.children].flat().map(render).join(type === 'vstack' ? '\\n' : '')
}
`

/** Draws the documentation's dashboard, then one in the host's own elements until the host's state says it is up to date. */
const APP = `import { createProcessMonitor } from 'tuix/process-manager'
import { jsx, render } from 'host/jsx-runtime'
import { Dashboard } from './dashboard.mjs'

console.log(render(jsx(Dashboard, {})))
console.log('=====')
// This host redraws for a state only if it has a name.
const $state = (value, name) => Object.assign(() => value, { $set: (next) => { value = next; if (name) draw() } })
const names = []
const nameOnly = (value, name) => {
  names.push(name)
  return Object.assign(() => value, { $set() {} })
}
for (let count = 0; count < 2; count++) createProcessMonitor({ jsx, $state: nameOnly })
if (new Set(names).size !== 2) throw new Error('one name for two states: ' + names)
const Monitor = createProcessMonitor({ jsx, $state })
const keepAlive = setTimeout(() => {}, 20_000)
const draw = () => {
  const text = render(jsx(Monitor, { processes: ['web-server', 'worker'], showLogs: true, refreshInterval: 200, width: 120 }))
  if (!/\\d MB/.test(text) || !text.includes('talker ')) return
  console.log(text)
  clearTimeout(keepAlive)
}
draw()
`

/** Draws a single frame, as hosts do that have no state. Nothing is waited for. */
const ONE_FRAME = `import { ProcessMonitor } from 'tuix/process-manager'
console.log(ProcessMonitor({ processes: ['web-server'], showLogs: true, showStats: true, width: 120 }))
process.exit()
`

/** The same of the folder of a manager, given under either name. */
const OF_A_MANAGER = `import { ProcessManager, ProcessMonitor } from 'tuix/process-manager'
const manager = new ProcessManager({ tuixDir: 'elsewhere' })
console.log(ProcessMonitor({ manager }))
console.log('=====')
console.log(ProcessMonitor({ processManager: manager }))
process.exit()
`

let project: Project
afterEach(() => project.dispose())

describe('the dashboard of the documentation', () => {
  it.each([
    ['calls components itself', CALLING_HOST],
    ['takes elements', ELEMENT_HOST],
  ])('shows processes in a host that %s, and leaves the app free to end', async (_, host) => {
    const names = ['web-server', 'api-gateway', 'worker', 'other']
    project = tempProject({
      config: names.map((name) => child(name, 'talker')),
      files: {
        'node_modules/host/package.json': { name: 'host', exports: { './jsx-runtime': './jsx-runtime.mjs' } },
        'node_modules/host/jsx-runtime.mjs': host,
      },
    })
    const block = blockNamed('jsx-process-monitor')
    const jsx = { loader: 'tsx', format: 'esm', jsx: 'automatic', jsxImportSource: 'host' } as const
    project.write('dashboard.mjs', (await transform(moduleOf(block), jsx)).code)
    await project.ps('start', '--all')

    const app = await project.app(APP).finished
    expect(app.stderr + app.code).toBe('0')
    const [documented = '', own = ''] = app.stdout.split('=====\n')
    expect(documented).toMatch(/^Process Dashboard\n/)
    for (const name of names.slice(0, 3)) expect(documented).toMatch(new RegExp(`● ${name} +running`))
    expect(documented).not.toContain('other')
    expect(own).toMatch(/● web-server +running +\d+\.\d% +[▁-█]* +\d+\.\d MB/)
    expect(own).toMatch(/worker +talker \d/)
    expect(own).not.toContain('api-gateway')
  })
})

describe('the first frame of a monitor', () => {
  it('shows usage and the last lines of the logs', async () => {
    project = tempProject({ config: [child('web-server', 'talker'), child('other', 'talker')] })
    await project.ps('start', '--all')
    const { stdout, stderr } = await project.app(ONE_FRAME).finished
    expect(stderr).toBe('')
    expect(stdout).toMatch(/● web-server +running +\d+\.\d% +\S* +\d+\.\d MB/)
    expect(stdout).toMatch(/talker \d+/)
    expect(stdout).not.toContain('other')
  })

  it('shows the folder of a manager that is given as a prop', async () => {
    project = tempProject({ config: { tuixDir: 'elsewhere', processes: [child('web-server', 'talker')] } })
    await project.ps('start', '--all')
    const frames = (await project.app(OF_A_MANAGER).finished).stdout.split('=====')
    expect(frames).toHaveLength(2)
    for (const frame of frames) expect(frame).toMatch(/● web-server +running/)
    await project.ps('stop', '--all')
  })
})
