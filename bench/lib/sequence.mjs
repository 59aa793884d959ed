import { createReadStream } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** Finds what is wrong with numbered lines that are to be 1, 2, 3, … up to `last`; other lines do not count. */
export function sequence(last) {
  const decoder = new StringDecoder('latin1')
  let rest = ''
  let expected = 1
  const faults = { lost: 0, doubled: 0, torn: 0 }
  const line = (text) => {
    if (!/^\d/.test(text)) return
    const number = Number.parseInt(text, 10)
    if (length === undefined) length = text.length
    if (text.length !== length) faults.torn++
    else if (number < expected) faults.doubled++
    else {
      faults.lost += number - expected
      expected = number + 1
    }
  }
  let length
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop()
      for (const each of lines) line(each)
    },
    /** Whether the last one has come. */
    complete: () => expected > last,
    faults: () => ({ ...faults, lost: faults.lost + Math.max(0, last + 1 - expected) }),
  }
}

/** The same of files that are to be read as one. */
export async function faultsOfFiles(files, last) {
  const found = sequence(last)
  for (const file of files)
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) found.push(chunk)
  return found.faults()
}

export function sum(faults) {
  return faults.lost + faults.doubled + faults.torn
}
