/**
 * The candidate closest to `word`, for "did you mean"; undefined if none is close. Close means that at most a third of the
 * letters (but always one) are added, dropped, replaced or swapped with their neighbour. Case does not matter.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    // Each added letter is an edit. This also keeps a huge word from being compared letter by letter.
    if (Math.abs(word.length - candidate.length) >= least) continue
    const edits = distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least) {
      best = candidate
      least = edits
    }
  }
  return best
}

/** Hints by the word that they are about, from hints that each name all their words. */
export function byWord(hints: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(hints).flatMap(([hint, all]) => all.split(' ').map((word) => [word, hint])))
}

/** Optimal string alignment: the Levenshtein distance in which a swap of neighbours counts as one edit. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let edits = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1))
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, at(beforeLast, column - 2) + 1)
      }
      current.push(edits)
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

const at = (row: number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY

/** Longest sentence in characters. Sentences quote keys, names and paths, which may be of any length. */
const LONGEST_SENTENCE = 1500

/** Shortens a sentence that is too long to read. Both ends stay, since they name the subject and what to do. */
export function shorten(sentence: string): string {
  if (sentence.length <= LONGEST_SENTENCE) return sentence
  return `${sentence.slice(0, (2 * LONGEST_SENTENCE) / 3)} … ${sentence.slice(-LONGEST_SENTENCE / 3)}`
}

/**
 * The record's own property of this name. Plain indexing would also find what every object inherits, such as
 * `constructor`.
 */
export function ownProperty<Value>(record: Record<string, Value> | undefined, name: string): Value | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined
}

/** A span of time in ms for people: '12 ms', '3.2 s', '4 min'. */
export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  return ms < 120_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`
}

/** `1 restart`, `3 restarts`, `2 processes`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
