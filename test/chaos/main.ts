/* npm run chaos -- --minutes 30 [--seed N --path P] [--length 40] [--quiet] */
import { parseArgs } from 'node:util'
import { chaos } from './run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string' },
    path: { type: 'string' },
    length: { type: 'string', default: '40' },
    quiet: { type: 'boolean', default: false },
  },
})
const begun = Date.now()
const disk = process.getuid?.() === 0
if (!disk) console.log('No disk is filled: that takes a mount, and so root.')
const { sequences, operations, failure } = await chaos({
  seed: values.seed === undefined ? undefined : Number(values.seed),
  path: values.path,
  ms: Number(values.minutes) * 60_000,
  length: Number(values.length),
  disk,
  keep: true,
  note: (line) => {
    if (!values.quiet) console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)
  },
})
const total = Object.values(operations).reduce((sum, count) => sum + count, 0)
console.log(`${total} operations in ${sequences} sequences, ${Math.round((Date.now() - begun) / 60_000)} minutes`)
console.log(JSON.stringify(operations))
if (failure !== null) console.error(failure)
process.exitCode = failure === null ? 0 : 1
