/* Rolls up the types of each entry point into one file. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const ENTRY_POINTS = {
  index: 'plugin/entry-point',
  plugin: 'plugin/index',
  config: 'src/config/define',
  test: 'src/testing/index',
  'test-vitest': 'src/testing/vitest',
  'test-playwright': 'src/testing/playwright',
  'test-bun': 'src/testing/bun',
}

/** The compiler's output, one file for each source. It lies inside the project, so that the types of Node are found. */
const separate = resolve('dist/types')

const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
try {
  const options = ['--emitDeclarationOnly', '--stripInternal', '--outDir', separate]
  execFileSync(process.execPath, [compiler, ...options], { stdio: 'inherit' })
  for (const [name, source] of Object.entries(ENTRY_POINTS)) {
    rollUp(join(separate, `${source}.d.ts`), resolve(`dist/${name}.d.ts`))
  }
} finally {
  rmSync(separate, { recursive: true, force: true })
}

function rollUp(entry, target) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve('package.json'),
    configObject: {
      projectFolder: resolve('.'),
      mainEntryPointFilePath: entry,
      compiler: { tsconfigFilePath: resolve('tsconfig.json') },
      dtsRollup: { enabled: true, untrimmedFilePath: target },
      messages: {
        // The compiler has checked everything already, and docstrings follow this project's own rules.
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback: quiet })
  if (!succeeded) throw new Error(`the types of ${entry} could not be rolled up`)
}

/** A build that succeeds prints nothing. */
function quiet(message) {
  if (message.logLevel === 'info' || message.logLevel === 'verbose') message.handled = true
}
