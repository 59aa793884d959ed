// busy.mjs LINES: so many numbered lines a second, and a little arithmetic for each.
import { writeSync } from 'node:fs'

let number = 0
let sum = 0
setInterval(() => {
  for (let i = 0; i < 20_000; i++) sum = (sum + i * number) % 1_000_003
  writeSync(1, `${++number} request done, checksum ${sum}\n`)
}, 1000 / Number(process.argv[2]))
