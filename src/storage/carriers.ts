import { parseMarker } from '../model/tree/members.ts'
import { placeHash } from '../system/fs/place-hash.ts'
import type { ProcessEntry } from '../system/process/proc.ts'
import { look, readMarkers } from '../system/process/sweep.ts'
import { writesToOtherFolder } from './other-folder.ts'

/**
 * Living processes with a marker of this folder's place, each with its process's id, whether the state knows it or not. This
 * program and its ancestors do not count, even if a managed process has started them.
 */
export function carriersOf(tuixDir: string): { entry: ProcessEntry; id: string }[] {
  const place = `${placeHash(tuixDir)}:`
  const seen = look()
  const own = new Set([...seen.ancestors, process.pid])
  return readMarkers(seen).flatMap(({ entry, marker }) => {
    const id = parseMarker(marker)?.id
    if (!id?.startsWith(place) || own.has(entry.pid) || writesToOtherFolder(entry.pid, tuixDir)) return []
    return [{ entry, id }]
  })
}
