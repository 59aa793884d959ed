import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { ProcessManagerError } from '../model/errors.ts'
import { NO_PLACE, proxyFolder } from '../storage/names.ts'
import { makePrivateFolder } from '../system/fs/files.ts'
import { findProgram } from '../system/fs/lookup.ts'
import {
  authorityFiles,
  forgetAuthority,
  openAuthority,
  readAuthorityRecord,
  writeAuthorityRecord,
} from './authority.ts'

/* Which programs believe the certificates of the proxy. Only the user decides that, and nothing here becomes root. */

/** A place in which programs look for authorities. */
interface Store {
  /** In the record, and for people. */
  name: string
  /** Command lines that add the certificate; `FILE` stands for it. */
  add: string[][]
  remove: string[][]
  needsRoot: boolean
}

/** What came of it for each store. */
export interface TrustResult {
  store: string
  done: boolean
  /** What the user can do, or why it failed. */
  message: string
}

const LABEL = 'tuix-ps local names'

/** Adds the authority to the stores of this system that the user may change. */
export async function trustAuthority(): Promise<TrustResult[]> {
  const folder = ownFolder()
  makePrivateFolder(folder)
  await openAuthority(folder)
  const { certificate } = authorityFiles(folder)
  const results: TrustResult[] = []
  for (const store of storesHere()) results.push(await change(store, store.add, certificate))
  const record = readAuthorityRecord(folder)
  const done = results.filter((result) => result.done).map(({ store }) => store)
  if (record) writeAuthorityRecord(folder, { ...record, trustedBy: [...new Set([...record.trustedBy, ...done])] })
  return results
}

/** Removes it from all stores that had it, and deletes it. One that cannot be removed from a store is deleted all the same. */
export async function untrustAuthority(): Promise<TrustResult[]> {
  const folder = ownFolder()
  const record = readAuthorityRecord(folder)
  const { certificate } = authorityFiles(folder)
  const results: TrustResult[] = []
  for (const store of storesHere())
    if (record?.trustedBy.includes(store.name)) results.push(await change(store, store.remove, certificate))
  forgetAuthority(folder)
  return results
}

/** Whether some store has it. */
export function isTrusted(folder: string): boolean {
  return (readAuthorityRecord(folder)?.trustedBy.length ?? 0) > 0
}

function ownFolder(): string {
  const folder = proxyFolder()
  if (folder === null) throw new ProcessManagerError('unreachable', NO_PLACE)
  return folder
}

function storesHere(): Store[] {
  return [systemStore(), browserStore()].filter((store) => store !== undefined)
}

function systemStore(): Store | undefined {
  if (process.platform === 'darwin') return KEYCHAIN
  const uid = process.getuid?.() ?? 0
  for (const [folder, ending, update] of SYSTEM_FOLDERS) {
    if (!existsSync(folder) || !hasProgram(update[0])) continue
    const file = `${folder}/tuix-ps-${uid}.${ending}`
    return {
      name: 'the system',
      add: [['cp', 'FILE', file], [...update]],
      remove: [['rm', '-f', file], [...update]],
      needsRoot: true,
    }
  }
  return undefined
}

/** Folder, ending of files, and the program that reads them: Debian and Alpine, Fedora, Arch. */
const SYSTEM_FOLDERS = [
  ['/usr/local/share/ca-certificates', 'crt', ['update-ca-certificates']],
  ['/etc/pki/ca-trust/source/anchors', 'pem', ['update-ca-trust']],
  ['/etc/ca-certificates/trust-source/anchors', 'pem', ['update-ca-trust']],
] as const

const KEYCHAIN: Store = {
  name: 'the login keychain',
  add: [
    [
      'security',
      'add-trusted-cert',
      '-r',
      'trustRoot',
      '-p',
      'ssl',
      '-k',
      `${homedir()}/Library/Keychains/login.keychain-db`,
      'FILE',
    ],
  ],
  remove: [['security', 'remove-trusted-cert', 'FILE']],
  needsRoot: false,
}

/** Of Chromium and its relatives on Linux, which is the user's own. */
function browserStore(): Store | undefined {
  const folder = `${process.env.HOME || homedir()}/.pki/nssdb`
  if (!existsSync(folder) || !hasProgram('certutil')) return undefined
  return {
    name: 'Chromium',
    add: [['certutil', '-d', `sql:${folder}`, '-A', '-t', 'C,,', '-n', LABEL, '-i', 'FILE']],
    remove: [['certutil', '-d', `sql:${folder}`, '-D', '-n', LABEL]],
    needsRoot: false,
  }
}

/** Those of root are often in no PATH of a user. */
function hasProgram(name: string): boolean {
  return findProgram(name, '/', `${process.env.PATH ?? ''}:/usr/sbin:/sbin`).found !== undefined
}

async function change({ name: store, needsRoot }: Store, commands: string[][], file: string): Promise<TrustResult> {
  const lines = commands.map((command) => command.map((word) => (word === 'FILE' ? file : word)))
  if (needsRoot && process.getuid?.() !== 0) {
    const typed = lines.map((line) => `sudo ${line.map(quoted).join(' ')}`).join(' && ')
    return { store, done: false, message: `needs root, which you can give it: ${typed}` }
  }
  for (const [program = '', ...args] of lines) {
    const failure = await run(program, args)
    if (failure !== undefined) return { store, done: false, message: failure }
  }
  return { store, done: true, message: '' }
}

/** Resolves to why it failed. */
function run(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000 }, (error, _, stderr) => {
      resolve(error ? `${program} failed: ${stderr.trim().split('\n').pop() || error.message}` : undefined)
    })
  })
}

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
