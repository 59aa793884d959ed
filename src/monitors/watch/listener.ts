import type { Stats } from 'node:fs'

/** Hears from whatever watches the files of a scope. Paths are absolute, and named as the scope names them. */
export interface WatchListener {
  /** A file exists: reported by every look at its folder. */
  seen(file: string, stats: Stats): void
  /** A file was written, created or deleted. */
  touched(file: string): void
  /** A folder is gone, with everything in it. */
  gone(folder: string): void
  /** A path leads to another folder than before: a link was switched, or the working directory was replaced. */
  replaced(path: string): void
  /** A look at everything has ended; it saw these files and no others. */
  sawAll(files: ReadonlySet<string>): void
  /** Files are looked at again and again, since no changes of them are reported. */
  polled(message: string): void
  /** Not everything can be watched as it should. */
  failed(message: string): void
}
