// stream.mjs LINES SECONDS BELL: numbered lines of equal length, so many a second, for so many seconds; then it rings the
// bell with the number of the last one.
import { appendFileSync, writeSync } from 'node:fs'

const [lines, seconds] = process.argv.slice(2, 4).map(Number)
const begun = performance.now()
let number = 0

function writeAll(bytes) {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done)
}

const timer = setInterval(() => {
  const passed = Math.min(seconds, (performance.now() - begun) / 1000)
  let block = ''
  while (number < passed * lines) block += `${String(++number).padStart(10, '0')} a line of a flood\n`
  writeAll(Buffer.from(block))
  if (passed < seconds) return
  clearInterval(timer)
  appendFileSync(process.argv[4], `${number}\n`)
  setInterval(() => {}, 60_000)
}, 10)
