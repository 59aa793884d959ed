import { basename, dirname, join, relative, resolve } from 'node:path'
import { canonicalFolder } from './canonical-folder.ts'
import { gitEntry, gitFolder, readGitHead } from './git-head.ts'
import { readPlain } from './plain-file.ts'

/** A folder in a working tree of git, read without git. */
export interface GitPlace {
  /** The same for this folder in all working trees of a repository. */
  family: string
  /** Name of this folder in the main working tree. */
  folder: string
  /** What a linked working tree is on, or its own name. Null in the main one. */
  branch: string | null
  /** Where the linked working tree records what it is on. Null in the main one. */
  head: string | null
}

/** Null outside of a working tree, and in that of a submodule, which is a project of its own. */
export function readGitPlace(folder: string): GitPlace | null {
  const entry = gitEntry(folder)
  if (entry === undefined) return null
  const own = gitFolder(entry)
  const within = relative(dirname(entry), folder)
  if (own === entry)
    return { family: `${canonicalFolder(entry)}:${within}`, folder: basename(folder), branch: null, head: null }
  const common = textOf(join(own, 'commondir'))
  if (common === undefined) return null
  const shared = canonicalFolder(resolve(own, common))
  return {
    family: `${shared}:${within}`,
    folder: within === '' ? repositoryName(shared) : basename(folder),
    branch: readGitHead(folder)?.branch ?? rebased(own) ?? basename(own),
    head: own,
  }
}

/** The branch that is being rebased: meanwhile HEAD names none. */
function rebased(own: string): string | undefined {
  const text = textOf(join(own, 'rebase-merge/head-name')) ?? textOf(join(own, 'rebase-apply/head-name'))
  return text?.replace(/^refs\/heads\//, '')
}

/** The name of the folder that a repository is in, or its own if it is a bare one. */
function repositoryName(shared: string): string {
  const name = basename(shared)
  return name.startsWith('.') ? basename(dirname(shared)) : name.replace(/\.git$/, '')
}

function textOf(file: string): string | undefined {
  try {
    return readPlain(file).trim()
  } catch {
    return undefined
  }
}
