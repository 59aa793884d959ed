import { basename, dirname } from 'node:path'
import { folderIdOf } from './folder-id.ts'
import { sha256 } from './sha256.ts'

/**
 * Eight digits that begin the id of every process of a state folder, and so the marker of what runs. They stay when the project
 * is renamed and when its state folder is deleted, and differ for a copy: they identify the folder that contains it.
 */
export function placeHash(tuixDir: string): string {
  return hash(`${folderIdOf(dirname(tuixDir)) ?? dirname(tuixDir)}/${basename(tuixDir)}`, 8)
}

/** The first hexadecimal digits of the SHA-256 of a text. */
export function hash(text: string, digits: number): string {
  return sha256(text, 'hex').slice(0, digits)
}
