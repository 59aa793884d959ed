// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell look like that.
import { describe, expect, it } from 'vitest'
import { shellSyntax } from '../../src/config/shell-syntax.ts'

describe('shell syntax', () => {
  it.each([
    ['node a.mjs && node b.mjs', '&&'],
    ['a||b', '||'],
    ['node a.mjs > out.txt', '>'],
    ['node a.mjs 2>&1', '2>&1'],
    ['node a.mjs >>x', '>>'],
    ['sort < in', '<'],
    ['node a.mjs | tee x', '|'],
    ['node a.mjs &', '&'],
    ['node a.mjs&', '&'],
    ['sleep 1; echo', ';'],
    ['node $HOME/a.mjs', '$HOME'],
    ['node ${HOME}/a.mjs', '${HOME}'],
    ['echo $(date)', '$('],
    ['echo `date`', '`'],
    ['~/x.sh', '~'],
    ['cat ~/x', '~'],
    ['cd app', 'cd'],
    ['. ./env.sh', '.'],
    ['exec node a.mjs', 'exec'],
    ['PORT=3000 node a.mjs', 'PORT='],
    ['plain\\ esc', '\\'],
    ['echo "a\\"b"', '\\"'],
    ['a\nb', 'a line break'],
    ['( a )', '('],
    ['(node a.mjs)', '('],
    ['! node a.mjs', '!'],
    ['node a.mjs # the server', '#'],
    ['node a.mjs "$HOME/data"', '$HOME'],
    ['node a.mjs --at="$(date)"', '$('],
    ['node a.mjs "`date`"', '`'],
    ['sh -c "echo \\"x\\""', '\\"'],
  ])('of %j is %j', (line, syntax) => {
    expect(shellSyntax(line)).toBe(syntax)
  })

  it.each([
    'node a.mjs --port 3000',
    'curl http://x/?a=1&b=2;c#d',
    'node -e "if (a && b) c > d"',
    "sh -c 'cd app && npm start'",
    "node a.mjs '$HOME' '`x`'",
    'sh -c "for i in 1 2; do echo $i; done"',
    '/bin/bash -eu -o pipefail -c "echo $(date)"',
    'node a.mjs --color=#fff #fff',
    'echo *.ts {a,b} [x] a~b #x',
    'node a.mjs --x=$ --price=5$ C:\\bin',
    'node a.mjs --a=b>c --x=y',
    'cdrom exec-it',
  ])('is not in %j', (line) => {
    expect(shellSyntax(line)).toBeUndefined()
  })
})
