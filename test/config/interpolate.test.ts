// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references and variables are written like that
import { describe, expect, it } from 'vitest'
import { interpolate } from '../../src/config/interpolate.ts'

const variables: Record<string, string> = { HOST: 'db.local', EMPTY: '', A1_b: 'x', BRACES: 'a ${{ b }}' }
const replaced = (text: string, references = false) =>
  interpolate(text, { lookup: (name) => variables[name], references, refuse: (predicate) => new Error(predicate) })

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

  it.each([
    ['${{ db.port }}', '${{ db.port }}'],
    ['${HOST}:${{ db.port }}/${{db.host}}', 'db.local:${{ db.port }}/${{db.host}}'],
    ['${MISSING:-${{ db.url }}}!', '${{ db.url }}!'],
    ['$${{ db.port }} $${HOST}', '$${{ db.port }} ${HOST}'],
    ['${BRACES}', 'a $${{ b }}'],
  ])('leaves references in %s for the start', (text, value) => {
    expect(replaced(text, true)).toBe(value)
  })

  it('gives the value of a variable as it is where there are no references', () => {
    expect(replaced('${BRACES} $${{ x }}')).toBe('a ${{ b }} ${{ x }}')
    expect(() => replaced('${{ db.port }}')).toThrow(
      new Error('has a reference, but its value must be known without a start'),
    )
    expect(() => replaced('${{ db.port', true)).toThrow(
      new Error('has a ${{ that is never closed; write $${{ for a literal ${{'),
    )
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
