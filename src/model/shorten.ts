/** Sentences quote keys, names and paths, which may be of any length: what stands at both ends says what is meant. */
const LONGEST = 1500

/** A sentence that can be read, whatever it quotes. */
export function shorten(sentence: string): string {
  if (sentence.length <= LONGEST) return sentence
  return `${sentence.slice(0, (2 * LONGEST) / 3)} … ${sentence.slice(-LONGEST / 3)}`
}
