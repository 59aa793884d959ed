import { afterEach, describe, expect, it } from 'vitest'
import { withoutStdout, withStdoutOnStderr } from '../../src/config/stdout.ts'

const usual = process.stderr.write
afterEach(() => {
  process.stderr.write = usual
})

const isBun = process.versions.bun !== undefined
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('foreign code', () => {
  it('prints on stderr while it runs, and nobody else does', async () => {
    const written: string[] = []
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof process.stderr.write
    const running = withStdoutOnStderr(async () => {
      process.stdout.write('begin')
      await pause()
      process.stdout.write('end')
      return 7
    })
    // Bun cannot tell one from the other while a module is loaded.
    if (!isBun) process.stdout.write(' ')
    expect(await running).toBe(7)
    process.stdout.write(' ')
    await expect(withStdoutOnStderr(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    process.stdout.write(' ')
    expect(written).toEqual(['begin', 'end'])
  })

  it('prints nothing where it has printed before', async () => {
    const written: string[] = []
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof process.stderr.write
    const quiet = withoutStdout(async () => {
      process.stdout.write('twice')
      await pause()
      process.stdout.write('twice')
    })
    await quiet
    await withStdoutOnStderr(async () => process.stdout.write('once'))
    expect(written).toEqual(['once'])
  })
})
