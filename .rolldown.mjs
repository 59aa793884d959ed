import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'rolldown'

/** A program, or a part of one that is in a hurry → what it needs from its beginning. */
const needs = {
  'commands/bin.ts': new Set(),
  'commands/catalog.ts': new Set([resolve('commands/catalog.ts')]),
  'src/main.ts': new Set(),
  'src/client/ensure.ts': new Set([resolve('src/client/ensure.ts'), resolve('src/launcher.ts')]),
}
const [commands, catalog, supervisor, launch] = Object.values(needs)

/** What the same programs share comes together; small pieces with what is nearest. */
const sharedAlike = { entriesAware: true, entriesAwareMergeThreshold: 8000 }

const { output } = await build({
  input: {
    index: 'plugin/door.ts',
    plugin: 'plugin/index.ts',
    config: 'src/config/define.ts',
    'tuix-ps': 'commands/bin.ts',
    main: 'src/main.ts',
  },
  platform: 'node',
  // `effect` is the app's own, or there is none.
  external: ['c12', 'signal-exit', 'effect'],
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
  ],
  // What a program has from the beginning, others may ask for later: that is how it is meant.
  checks: { ineffectiveDynamicImport: false },
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: 'dist',
    format: 'esm',
    // Bun runs what says so as it is, without transpiling it first: about a twentieth of `ps list`.
    banner: '// @bun',
    // Who calls has them in the types; a runtime would read them at every start.
    comments: { jsdoc: false },
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
        { name: 'catalog', test: (id) => catalog.has(id), priority: 1 },
        // A command that finds no supervisor launches one, without first loading what that one consists of.
        { name: 'system', test: (id) => launch.has(id) && supervisor.has(id), priority: 1 },
        { name: 'launch', test: (id) => launch.has(id), priority: 1 },
        { name: 'supervisor', test: (id) => supervisor.has(id), ...sharedAlike },
        { name: 'shared', minShareCount: 2, ...sharedAlike },
      ],
    },
  },
})

// It reads them as Latin-1: what is not ASCII is escaped.
for (const { fileName, code } of output) {
  const escaped = code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  writeFileSync(join('dist', fileName), escaped)
}
