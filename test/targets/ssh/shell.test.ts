import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { inAnyShell, inLoginShell, quoted } from '../../../src/targets/ssh/shell.ts'
import { describeWith, program } from '../../integration/programs.ts'

const WORDS = [
  'plain',
  'two words',
  `it's`,
  '"',
  '\\',
  '\\n',
  '$HOME',
  '`id`',
  '!!',
  'a!b',
  '#',
  '*',
  '',
  'ä 🙂',
  '%s%%',
  'two\nlines',
]

/** Prints its words as they are, each with a mark at its end. */
const SCRIPT = `printf '%s|' ${WORDS.map(quoted).join(' ')}`

describe.each(['sh', 'bash', 'dash', 'zsh', 'fish', 'tcsh'])('a remote login shell: %s', (shell) => {
  describeWith([shell], shell, () => {
    it('passes a script on without reading anything into it', () => {
      const run = (command: string) =>
        execFileSync(program(shell), ['-c', command], {
          encoding: 'utf8',
          env: { ...process.env, SHELL: program(shell) },
        })
      const words = `${WORDS.join('|')}|`
      expect(run(inAnyShell(SCRIPT))).toBe(words)
      expect(run(inAnyShell(inLoginShell(SCRIPT)))).toBe(words)
    })
  })
})
