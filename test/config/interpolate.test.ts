import { describe, expect, it } from 'vitest'
import { interpolate } from '../../src/config/interpolate.ts'

const variables: Record<string, string> = { HOST: 'db.local', EMPTY: '', A1_b: 'x' }
const replaced = (text: string) =>
  interpolate(text, { lookup: (name) => variables[name], refuse: (predicate) => new Error(predicate) })

describe('interpolate', () => {
  it.each([
    ['plain', 'plain'],
    [`\${HOST}:5432`, 'db.local:5432'],
    [`\${HOST}\${A1_b}`, 'db.localx'],
    [`[\${EMPTY}]`, '[]'],
    [`\${MISSING:-5432}`, '5432'],
    [`\${EMPTY:-5432}`, '5432'],
    [`\${HOST:-5432}`, 'db.local'],
    [`\${MISSING:-}`, ''],
    [`\${MISSING:-\${HOST}/\${ALSO:-y}}!`, 'db.local/y!'],
    [`\${HOST:-\${MISSING}}`, 'db.local'],
    [`$\${HOST}`, `\${HOST}`],
    [`\${MISSING:-$\${HOST}}`, `\${HOST}`],
    ['$HOST $1 $ $$', '$HOST $1 $ $$'],
    ['}', '}'],
  ])('expands %s', (text, value) => {
    expect(replaced(text)).toBe(value)
  })

  const form = `is not part of \${NAME} or \${NAME:-default}; write $\${ for a literal \${`
  it.each([
    [`\${MISSING}`, `needs the variable MISSING, which is not set; use \${MISSING:-…} for a default`],
    [`\${EMPTY:-\${MISSING}}`, `needs the variable MISSING, which is not set; use \${MISSING:-…} for a default`],
    [`\${}`, `has a \${ that ${form}`],
    [`\${HOST`, `has a \${ that ${form}`],
    [`\${HOST-x}`, `has a \${ that ${form}`],
    [`\${1}`, `has a \${ that ${form}`],
    [`\${HOST:-x`, `has a \${ that is never closed`],
  ])('refuses %s', (text, predicate) => {
    expect(() => replaced(text)).toThrow(new Error(predicate))
  })
})
