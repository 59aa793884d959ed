import { ownProperty } from './text.ts'

/** What the system's error codes mean, for people. */
const WORDS: Record<string, string> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'symbolic links lead in a circle, or are not followed here',
  EMFILE: 'too many files are open; raise the limit, see: ulimit -n',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'the system has too many open files',
  ENOENT: 'it does not exist',
  ENOMEM: 'the system has no memory left',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'a part of the path is not a folder',
  ENXIO: 'it is a FIFO or a socket, and nobody is at its other end',
  EPERM: 'permission denied',
  EPIPE: 'the reader is gone',
  EROFS: 'the file system is read-only',
  ESTALE: 'the network file system does not know it any more',
  ETXTBSY: 'it is being written',
}

/** The meaning of a code of the system, such as `permission denied`. */
export function wordsOf(code: string | undefined): string {
  return ownProperty(WORDS, code ?? '') ?? code ?? 'unknown reason'
}

/** The reason of an error, without the system's code and call: `/var/log/app.log: permission denied`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, path, dest = path, message } = error as Error & { code?: unknown; path?: unknown; dest?: unknown }
  const known = code === undefined ? unread(message) : code
  const words = typeof known === 'string' ? ownProperty(WORDS, known) : undefined
  if (words === undefined) return message
  // Of a rename, the file that was to be replaced.
  return typeof dest === 'string' && dest.startsWith('/') ? `${dest}: ${words}` : words
}

/** The code of a module that Bun could not read, whose error has it only in the text: `EMFILE reading "/app/alerts.js"`. */
function unread(message: string): string | undefined {
  return /^(E[A-Z]+) reading "/.exec(message)?.[1]
}

/** An error of this program itself. */
export function faultText(error: unknown): string {
  return `internal error, please report it: ${reasonOf(error)}`
}
