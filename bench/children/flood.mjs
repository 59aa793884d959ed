// flood.mjs BELL GO LINES LENGTH BLOCK: says a word twice a second until the file GO is there; then writes so many numbered
// lines of LENGTH bytes as fast as it can, BLOCK bytes with each write, and rings the bell with the ms that it took.
import { appendFileSync, existsSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [bell, go, ...numbers] = process.argv.slice(2)
const [lines, length, block] = numbers.map(Number)
const DIGITS = 10

/** A write may take less than it is given. */
function writeAll(bytes) {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done)
}

/** Numbers are written over those of the block before: a line costs ten bytes, not its length. */
function number(bytes, at, value) {
  for (let i = at + DIGITS - 1, rest = value; i >= at; i--) {
    bytes[i] = 48 + (rest % 10)
    rest = Math.trunc(rest / 10)
  }
}

for (let i = 0; !existsSync(go); i++) {
  if (i % 25 === 0) writeAll(Buffer.from('waiting\n'))
  await sleep(20)
}
const perBlock = Math.max(1, Math.floor(block / length))
const bytes = Buffer.alloc(perBlock * length, 'x')
for (let i = length - 1; i < bytes.length; i += length) bytes[i] = 10
const begun = performance.now()
for (let next = 1; next <= lines; next += perBlock) {
  const count = Math.min(perBlock, lines - next + 1)
  for (let i = 0; i < count; i++) number(bytes, i * length, next + i)
  writeAll(bytes.subarray(0, count * length))
}
appendFileSync(bell, `${performance.now() - begun}\n`)
setInterval(() => {}, 60_000)
