/* npm run chaos: random operations on the real product, in folder after folder. */
import { parseArgs } from 'node:util'
import { chaos } from './run.ts'

const HELP = `npm run chaos -- [OPTIONS]

Does random things to the real product, and tells what does not come to what it should be. Linux.

  --minutes N   how long, at least (30); the sequence under way is done to its end
  --seed N      the sequences of this seed and of those after it
  --path P      one sequence again, with the seed and the path of a failure
  --length N    operations in one sequence, at most (40)
  --quiet       the result alone
  -h, --help    this`

const OPTIONS = {
  minutes: { type: 'string', default: '30' },
  seed: { type: 'string' },
  path: { type: 'string' },
  length: { type: 'string', default: '40' },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const values = valuesOf(process.argv.slice(2))
if (values.help) {
  console.log(HELP)
  process.exit()
}
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
// Helpers that run commands would keep it alive.
process.exit(failure === null ? 0 : 1)

function valuesOf(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values
  } catch (error) {
    console.error(`chaos: ${(error as Error).message}`)
    process.exit(2)
  }
}
