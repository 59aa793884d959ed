// alternate.mjs BELL COUNT MS: numbered lines to stdout and stderr in turn, MS (perhaps less than one) between them.
import { appendFileSync, writeSync } from 'node:fs'

const [bell, count, ms] = process.argv.slice(2)
const nothing = new Int32Array(new SharedArrayBuffer(4))
for (let i = 1; i <= Number(count); i++) {
  writeSync(i % 2 === 0 ? 1 : 2, `${i}\n`)
  Atomics.wait(nothing, 0, 0, Number(ms))
}
appendFileSync(bell, 'done\n')
setInterval(() => {}, 60_000)
