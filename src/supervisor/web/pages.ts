import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answer } from '../http/handler.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** The files of the dashboard. The build puts them into `dist/web`. */
export class Pages {
  /** By path. Only these are ever read, so that no path leads anywhere else. */
  readonly #files = new Map<string, string>()

  constructor(folder: string | undefined = builtFolder()) {
    for (const name of folder === undefined ? [] : readdirSync(folder)) {
      this.#files.set(name === 'index.html' ? '/' : `/${name}`, join(folder ?? '', name))
    }
  }

  answer(path: string): Answer | undefined {
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    return { status: 200, headers: { 'content-type': type }, body: readFileSync(file) }
  }
}

/** Beside this file in the build; from the sources, in the last build. */
function builtFolder(): string | undefined {
  const places = ['./web/', '../../../dist/web/'].map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return places.find((place) => existsSync(join(place, 'index.html')))
}
