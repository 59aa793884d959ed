// counter.mjs REPORT MS: a numbered line every MS; asked to end, it writes the number of its last line to the file REPORT.
import { writeFileSync, writeSync } from 'node:fs'

const [report, ms] = process.argv.slice(2)
let number = 0
setInterval(() => writeSync(1, `${++number}\n`), Number(ms))
process.on('SIGTERM', () => {
  writeFileSync(report, String(number))
  process.exit(0)
})
