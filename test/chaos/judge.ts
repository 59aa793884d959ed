import type { Finished } from '../helpers/running.ts'
import type { World } from './world.ts'

/** An answer in words: a command fails with a sentence, never with a stack, and prints nothing but JSON. */
export function judge(finished: Finished, world: World): void {
  const { code, signal, stderr } = finished
  if (signal !== null) throw new Error(`a command was killed by ${signal}`)
  if (/^ {4}at |\b(?:Type|Reference|Syntax)Error\b/m.test(stderr)) throw new Error(`no words for people: ${stderr}`)
  if (code !== 0 && stderr.trim() === '' && world.outcomes(finished).length === 0)
    throw new Error(`exit code ${code} without a word`)
  if (finished.stdout.trim() !== '') finished.json()
}
