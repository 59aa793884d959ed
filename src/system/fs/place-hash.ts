import { basename, dirname } from 'node:path'
import { folderIdOf } from './folder-id.ts'

/**
 * Eight digits that begin the id of every process of a state folder, and so the marker of what runs. They stay when the project
 * is renamed and when its state folder is deleted, and differ for a copy: they identify the folder that contains it.
 */
export function placeHash(tuixDir: string): string {
  return hash(`${folderIdOf(dirname(tuixDir)) ?? dirname(tuixDir)}/${basename(tuixDir)}`, 8)
}

/** The first hexadecimal digits of the SHA-256 of a text. */
export function hash(text: string, digits: number): string {
  return hasher().update(text).digest('hex').slice(0, digits)
}

interface Hasher {
  update(text: string): { digest(encoding: 'hex'): string }
}

/** Bun's own, since `node:crypto` takes it a fifth of the start of a daemon to load. */
function hasher(): Hasher {
  const { Bun } = globalThis as unknown as { Bun?: { CryptoHasher: new (algorithm: string) => Hasher } }
  return Bun ? new Bun.CryptoHasher('sha256') : process.getBuiltinModule('node:crypto').createHash('sha256')
}
