/**
 * 32-bit FNV-1a of bytes, or of the UTF-16 code units of a text. It is not cryptographic. Its values must never change: the
 * rotation records on disk and the automatic ports depend on them.
 */
export function fnv1a(data: string | Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < data.length; i++) {
    hash = Math.imul(hash ^ (typeof data === 'string' ? data.charCodeAt(i) : (data[i] as number)), 0x01000193)
  }
  return hash >>> 0
}
