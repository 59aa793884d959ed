import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../../src/model/text/system-error.ts'

describe('the reason of an error', () => {
  it('says what the code of the system means, and where', () => {
    const thrown = (path: string) => {
      try {
        return readFileSync(path)
      } catch (error) {
        return error
      }
    }
    expect(reasonOf(thrown('/none/such'))).toBe('/none/such: it does not exist')
    expect(reasonOf(Object.assign(new Error('EMFILE: too many open files, scandir'), { code: 'EMFILE' }))).toBe(
      'too many files are open; raise the limit, see: ulimit -n',
    )
    expect(reasonOf(Object.assign(new Error('spawn sleep EAGAIN'), { code: 'ENOSPC', path: 'sleep' }))).toBe(
      'no space left on the disk',
    )
  })

  it('says it of a module that could not be read, too, whose error has no code on Bun', () => {
    const words = 'too many files are open; raise the limit, see: ulimit -n'
    expect(reasonOf(new Error('EMFILE reading "/app/alerts.js"'))).toBe(words)
    expect(reasonOf(new Error('EODD reading "/app/alerts.js"'))).toBe('EODD reading "/app/alerts.js"')
  })

  it('is the message of any other error, and the text of what is no error', () => {
    expect(reasonOf(new Error('it was full'))).toBe('it was full')
    expect(reasonOf(Object.assign(new Error('odd'), { code: 'EODD' }))).toBe('odd')
    expect(reasonOf(Object.assign(new Error('odd'), { code: 'toString' }))).toBe('odd')
    expect(reasonOf('words')).toBe('words')
  })
})
