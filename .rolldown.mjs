import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'rolldown'
import { minifySync } from 'rolldown/utils'
import { noticesOf } from './scripts/notices.mjs'

/** A program, or a part of one that is in a hurry → what it needs from its beginning. */
const needs = {
  'commands/cli/command-line.ts': new Set([resolve('commands/cli/command-line.ts')]),
  'commands/format/list-screen.ts': new Set([resolve('commands/format/list-screen.ts')]),
  'commands/cli/catalog.ts': new Set([resolve('commands/cli/catalog.ts')]),
  'src/daemon/daemon.ts': new Set(),
  'src/client/ensure.ts': new Set([resolve('src/client/ensure.ts'), resolve('src/daemon/launcher.ts')]),
  'src/config/load.ts': new Set([resolve('src/config/load.ts')]),
  'src/config/index.ts': new Set([resolve('src/config/index.ts')]),
}
const [commands, screen, catalog, supervisor, launch, ...configs] = Object.values(needs)

/** Stand-ins for dependencies: the first two of cli-table3, which gets painted text of one column per character (commands/format/table.ts). */
const stubs = {
  'string-width': 'module.exports = (text) => text.length',
  '@colors/colors/safe': 'module.exports = {}',
  // The SDK of MCP checks what we send by our own schemas, and asks its users nothing.
  '@modelcontextprotocol/server/_shims':
    "export { default as process } from 'node:process'; export class DefaultJsonSchemaValidator {}",
}

const OF_CONFIGS = '?of-configs'

/** What the same programs share comes together; small pieces with what is nearest. */
const sharedAlike = { entriesAware: true, entriesAwareMergeThreshold: 8000 }

const { output } = await build({
  input: {
    index: 'plugin/entry-point.ts',
    plugin: 'plugin/index.ts',
    config: 'src/config/define.ts',
    'tuix-ps': 'commands/cli/bin.ts',
    main: 'src/daemon/main.ts',
    forward: 'src/proxy/forward.ts',
    test: 'src/testing/index.ts',
    'test-vitest': 'src/testing/vitest.ts',
    'test-playwright': 'src/testing/playwright.ts',
    'test-bun': 'src/testing/bun.ts',
    'stack-host': 'src/testing/stack-host.ts',
  },
  platform: 'node',
  // `effect` is the app's own, or there is none. `vitest` runs the tests that use it.
  external: ['c12', 'chokidar', 'signal-exit', 'effect', 'vitest'],
  plugins: [
    {
      name: 'needs',
      buildEnd() {
        const gather = (id, known) => {
          for (const imported of this.getModuleInfo(id)?.importedIds ?? []) {
            if (known.has(imported)) continue
            known.add(imported)
            gather(imported, known)
          }
        }
        for (const [entry, known] of Object.entries(needs)) gather(resolve(entry), known)
      },
    },
    {
      // A copy of zod without what MCP uses of it, which is half of zod: every start reads a config.
      name: 'zod-of-configs',
      async resolveId(source, importer) {
        const isOfConfigs = importer?.endsWith(OF_CONFIGS) || /\/src\/config\//.test(importer ?? '')
        if (!isOfConfigs || !/^zod\b|^\./.test(source)) return
        const found = await this.resolve(source, importer.replace(OF_CONFIGS, ''), { skipSelf: true })
        if (found?.id.includes('/node_modules/zod/')) return { ...found, id: found.id + OF_CONFIGS }
      },
      load(id) {
        if (id.endsWith(OF_CONFIGS)) return readFileSync(id.replace(OF_CONFIGS, ''), 'utf8')
      },
    },
    {
      name: 'stubs',
      resolveId(source, importer) {
        if (/\/(?:cli-table3|@modelcontextprotocol)\//.test(importer ?? '') && source in stubs) return `\0${source}`
      },
      load(id) {
        const code = id.startsWith('\0') && stubs[id.slice(1)]
        if (code) return { code, moduleType: 'js' }
      },
    },
  ],
  // What a program has from the beginning, others may ask for later: that is how it is meant.
  checks: { ineffectiveDynamicImport: false },
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: 'dist',
    format: 'esm',
    chunkFileNames: ({ name }) => (name.includes('~') ? 'shared-[hash].js' : '[name]-[hash].js'),
    // Opening a file costs a runtime about a millisecond. Left alone, every set of modules that the same entries share is a
    // file of its own: 40 of them for `ps list`.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        // What configs import stays light.
        { name: 'define', test: /src\/config\/define\.ts$/, priority: 3 },
        { name: 'base', test: (id) => commands.has(id) && supervisor.has(id), priority: 2 },
        { name: 'commands', test: (id) => commands.has(id), priority: 1 },
        { name: 'screen', test: (id) => screen.has(id), priority: 1 },
        { name: 'catalog', test: (id) => catalog.has(id), priority: 1 },
        // A command that finds no supervisor launches one, without first loading what that one consists of.
        { name: 'system', test: (id) => launch.has(id) && supervisor.has(id), priority: 1 },
        { name: 'launch', test: (id) => launch.has(id), priority: 1 },
        // Apart from what reads the files of other tools, which nearly as much code does, and most starts do not need.
        { name: 'config', test: (id) => configs.some((known) => known.has(id)) && !supervisor.has(id), priority: 1 },
        // Fewer files for a daemon, which opens all of them. With a higher limit `ps logs` would load what only a daemon needs.
        { name: 'supervisor', test: (id) => supervisor.has(id), ...sharedAlike, entriesAwareMergeThreshold: 11_000 },
        { name: 'shared', minShareCount: 2, ...sharedAlike },
      ],
    },
  },
})

// A chunk that only passes names on from another one would be one more file to open: who imports it later imports the other.
const passedOn = new Map()
for (const { fileName, isEntry, code } of output) {
  const [, names, target] = /^export \{ (.*) \} from "(.*)";\n$/.exec(code) ?? []
  if (isEntry || !target) continue
  const pairs = names.split(', ').map((each) => each.split(' as '))
  const members = pairs.map(([inner, outer = inner]) => `${outer}: m.${inner}`).join(', ')
  passedOn.set(`import("./${fileName}")`, `import("${target}").then((m) => ({ ${members} }))`)
  rmSync(join('dist', fileName))
}

/** Bun reads a program as Latin-1: what is not ASCII is escaped. */
function inAscii(code) {
  return code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Bun runs what begins with this as it is, without transpiling it first: about a twentieth of `ps list`. */
const AS_IT_IS = '// @bun\n'

/** A runtime reads all of a file at every start, and Bun keeps nothing of that. Names stay, for traces that say something. */
function small(fileName, code) {
  const options = { compress: true, mangle: false, codegen: { removeWhitespace: true } }
  const { code: minified, errors } = minifySync(fileName, code, options)
  if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`)
  const [hashbang = ''] = /^#!.*\n/.exec(minified) ?? []
  return hashbang + AS_IT_IS + minified.slice(hashbang.length)
}

for (const { fileName, code } of output) {
  if (passedOn.has(`import("./${fileName}")`)) continue
  const direct = code.replace(/import\(".*?"\)/g, (imported) => passedOn.get(imported) ?? imported)
  writeFileSync(join('dist', fileName), inAscii(small(fileName, direct)))
}

/** The dashboard: a page that loads nothing but these files, from the supervisor's own listener. */
const { output: scripts } = await build({
  input: { dashboard: 'web/main.ts' },
  platform: 'browser',
  output: { dir: 'dist/web', format: 'esm', minify: true, chunkFileNames: '[name].js' },
})
const pages = {
  'index.html': readFileSync('web/index.html', 'utf8'),
  'favicon.svg': readFileSync('web/favicon.svg', 'utf8'),
  'dashboard.css': ['node_modules/uplot/dist/uPlot.min.css', 'web/dashboard.css']
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n'),
  ...Object.fromEntries(scripts.map(({ fileName, code }) => [fileName, inAscii(code)])),
}
mkdirSync('dist/web', { recursive: true })
for (const [name, content] of Object.entries(pages)) writeFileSync(join('dist/web', name), content)
for (const [, name] of pages['index.html'].matchAll(/(?:href|src)="\/([^"]+)"/g)) {
  if (!existsSync(join('dist/web', name))) throw new Error(`the dashboard lacks ${name}`)
}

writeFileSync('THIRD_PARTY_NOTICES', noticesOf([...output, ...scripts]))
// For tests of what a file consists of.
const modules = Object.fromEntries(
  [...output, ...scripts].map(({ fileName, modules }) => [fileName, Object.keys(modules)]),
)
mkdirSync('node_modules/.cache', { recursive: true })
writeFileSync('node_modules/.cache/bundled-modules.json', JSON.stringify(modules))
