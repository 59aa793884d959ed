import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const HEAD = 'This package contains code of the packages below, under the licenses that follow each name.'

/** Modules of helpers that the bundler adds. */
const RUNTIME = /^\0rolldown\//

/** Name, version and license of every package with code in these chunks of the bundler. */
export function noticesOf(chunks) {
  const ids = chunks.flatMap(({ modules }) => Object.keys(modules))
  const folders = new Set(ids.map(packageFolderOf).filter((folder) => folder !== undefined))
  const notices = [...folders].map(noticeOf).sort((one, other) => (one.name < other.name ? -1 : 1))
  return `${[HEAD, ...notices.map(({ text }) => text)].join(`\n\n${'='.repeat(80)}\n\n`)}\n`
}

/** Undefined: the code is this project's own. */
function packageFolderOf(id) {
  if (RUNTIME.test(id)) return dirname(createRequire(import.meta.url).resolve('rolldown/package.json'))
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0]
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const own = filesIn(folder, /^(?:licen[cs]e|notice|copying)(?:\.(?:md|txt))?$/i)
  if (own.length === 0) throw new Error(`${name} is bundled, but has no file with its license`)
  // Licenses of what the package has bundled itself.
  const others = [folder, join(folder, 'dist')].flatMap((each) => filesIn(each, /^third[-_]?party/i))
  const texts = [...own, ...others].map((file) => readFileSync(file, 'utf8').trim())
  return { name, text: [`${name} ${version} (${license})`, ...texts].join('\n\n') }
}

function filesIn(folder, pattern) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => pattern.test(name))
  return names.sort().map((name) => join(folder, name))
}
