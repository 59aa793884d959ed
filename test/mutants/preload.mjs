// Before the tests of a mutant: they get its source in place of the file that it is made of, which stays as it is.
import { readFileSync } from 'node:fs'
import { plugin } from 'bun'

const { MUTANT_FILE, MUTANT_SOURCE } = process.env
plugin({
  name: 'mutant',
  setup(build) {
    const filter = new RegExp(`^${MUTANT_FILE.replace(/[^\w/]/g, '\\$&')}$`)
    build.onLoad({ filter }, () => ({ contents: readFileSync(MUTANT_SOURCE, 'utf8'), loader: 'ts' }))
  },
})
