import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Makes a program that both runtimes can run of TypeScript code, whose relative imports count from `src/`. */
export async function bundleProgram(folder: string, name: string, code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(import.meta.dirname, '../../src'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  const program = join(folder, `${name}.mjs`)
  writeFileSync(program, outputFiles[0]?.contents ?? '')
  return program
}
