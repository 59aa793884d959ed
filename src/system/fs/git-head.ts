import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { GitHead } from '../../model/views/crash-report.ts'
import { readPlain } from './plain-file.ts'

/** Bytes of the largest `packed-refs` that is searched: a hundred thousand branches and tags. */
const LARGEST = 8_000_000

/** What is checked out in the working tree that `folder` is in, read without git. Null outside of one. */
export function readGitHead(folder: string): GitHead | null {
  const entry = gitEntry(folder)
  if (entry === undefined) return null
  const own = gitFolder(entry)
  const head = textOf(join(own, 'HEAD'))
  if (head === undefined) return null
  const ref = /^ref: (\S+)$/.exec(head)?.[1]
  if (ref === undefined) return { commit: commitIn(head), branch: null }
  // Of a linked working tree, the branches are in the repository.
  const common = textOf(join(own, 'commondir'))
  const shared = common === undefined ? own : resolve(own, common)
  const loose = textOf(join(shared, ref))
  const commit = loose === undefined ? packed(shared, ref) : commitIn(loose)
  // With reftables the file names no branch.
  return { commit, branch: ref === 'refs/heads/.invalid' ? null : ref.replace(/^refs\/heads\//, '') }
}

/** The `.git` of the working tree that `folder` is in. */
export function gitEntry(folder: string): string | undefined {
  const entry = join(folder, '.git')
  if (existsSync(entry)) return entry
  const parent = dirname(folder)
  return parent === folder ? undefined : gitEntry(parent)
}

/** In a linked working tree and in a submodule `.git` is a file that says where the folder is (gitrepository-layout(5)). */
export function gitFolder(entry: string): string {
  if (!statSync(entry, { throwIfNoEntry: false })?.isFile()) return entry
  try {
    const target = /^gitdir: (.*)$/m.exec(readPlain(entry))?.[1]
    return target === undefined ? entry : resolve(dirname(entry), target)
  } catch {
    return entry
  }
}

function packed(folder: string, ref: string): string | null {
  const refs = textOf(join(folder, 'packed-refs')) ?? ''
  const line = refs.split('\n').find((one) => one.endsWith(` ${ref}`))
  return line === undefined ? null : commitIn(line.slice(0, line.indexOf(' ')))
}

function commitIn(text: string): string | null {
  return /^[\da-f]{40}(?:[\da-f]{24})?$/.test(text) ? text : null
}

function textOf(file: string): string | undefined {
  try {
    return statSync(file).size > LARGEST ? undefined : readPlain(file).trim()
  } catch {
    return undefined
  }
}
