import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { lstatSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { isListOf, isRecord, isText } from '../model/config/shape.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { writeAtomicSync } from '../system/fs/files.ts'
import { jsonIn, readPlain } from '../system/fs/plain-file.ts'

/* The authority of a user, which vouches for the names of the proxy alone. Its key stays on this machine. */

export interface Authority {
  name: string
  key: KeyObject
  /** PEM. */
  certificate: string
}

/** What is known of it beside the certificate itself. */
export interface AuthorityRecord {
  /** SHA-256 of the certificate that was made. */
  fingerprint: string
  /** Stores to which the user has added it. */
  trustedBy: string[]
}

export const authorityFiles = (folder: string) => ({
  certificate: `${folder}/ca.pem`,
  key: `${folder}/ca-key.pem`,
  record: `${folder}/ca.json`,
})

/** Null if none has been made. */
export function readAuthorityRecord(folder: string): AuthorityRecord | null {
  const value = jsonIn(authorityFiles(folder).record)
  if (!isRecord(value) || !isText(value.fingerprint) || !isListOf(value.trustedBy, isText)) return null
  return { fingerprint: value.fingerprint, trustedBy: value.trustedBy as string[] }
}

export function writeAuthorityRecord(folder: string, record: AuthorityRecord): void {
  writeAtomicSync(authorityFiles(folder).record, `${JSON.stringify(record)}\n`)
}

/**
 * The authority in a folder, which is made if there is none.
 *
 * @throws ProcessManagerError `config` if a file of it is not ours, open to others, or not as it was made
 */
export async function openAuthority(folder: string): Promise<Authority> {
  return existingAuthority(folder) ?? (await makeAuthority(folder))
}

/** The same if there is one. Null: there is none. */
export function existingAuthority(folder: string): Authority | null {
  const files = authorityFiles(folder)
  const isThere = [files.certificate, files.key].map((file) => refuseOthers(file, file === files.key))
  if (!isThere.includes(true)) return null
  const record = readAuthorityRecord(folder)
  const missing = isThere[0] ? (isThere[1] ? (record ? undefined : files.record) : files.key) : files.certificate
  if (missing !== undefined || record === null) throw refused(files.certificate, `${missing} is missing beside it`)
  try {
    const certificate = readPlain(files.certificate)
    const parsed = new X509Certificate(certificate)
    const key = createPrivateKey(readPlain(files.key))
    // With that digest it is the one that was made here, with its constraints.
    if (fingerprintOf(parsed) === record.fingerprint && parsed.checkPrivateKey(key))
      return { name: parsed.subject.replace(/^CN=/, ''), key, certificate }
  } catch {
    // Not even a certificate and a key.
  }
  throw refused(files.certificate, 'it or its key was changed since they were made')
}

/** Deletes it, so that nothing can be signed with it any more. */
export function forgetAuthority(folder: string): void {
  for (const file of Object.values(authorityFiles(folder))) rmSync(file, { force: true })
}

async function makeAuthority(folder: string): Promise<Authority> {
  const { authorityCertificate } = await import('./certificates.ts')
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = `tuix-ps of ${process.env.USER || process.getuid?.() || 'a user'} on ${hostname()}`.slice(0, 64)
  const certificate = authorityCertificate(name, key, Date.now())
  const files = authorityFiles(folder)
  // Nobody else may ever have read the key: it is not changed to 0600 afterwards.
  writeFileSync(files.key, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
  writeFileSync(files.certificate, certificate, { mode: 0o644, flag: 'wx' })
  writeAuthorityRecord(folder, { fingerprint: fingerprintOf(new X509Certificate(certificate)), trustedBy: [] })
  return { name, key, certificate }
}

/** Whether a file is there. Refuses one of another user, a link, and a key that others may read. */
function refuseOthers(file: string, isKey: boolean): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (!stats) return false
  if (!stats.isFile()) throw refused(file, 'it is no plain file')
  if (stats.uid !== (process.getuid?.() ?? stats.uid)) throw refused(file, 'it belongs to another user')
  if (isKey && (stats.mode & 0o077) !== 0) throw refused(file, 'others may read it')
  return true
}

function refused(file: string, why: string): ProcessManagerError {
  return new ProcessManagerError(
    'config',
    `${file} is not used, because ${why}: run tuix-ps proxy untrust, which deletes it`,
  )
}

function fingerprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('hex')
}
