import { describe, expect, it } from 'vitest'
import { FILE_NAME, WINDOWS_DEVICE } from '../../../src/model/config/file-name.ts'

describe('a name that files are called after', () => {
  it.each(['web', 'web-1', '7', 'a.b_c', 'x'.repeat(64)])('may be %s', (name) => {
    expect(FILE_NAME.test(name)).toBe(true)
  })

  it.each(['', '.web', '-x', 'a/b', 'a b', 'wéb', 'web\n', 'x'.repeat(65)])('may not be %j', (name) => {
    expect(FILE_NAME.test(name)).toBe(false)
  })
})

describe('a device of Windows', () => {
  it.each(['con', 'CON', 'nul.log', 'com1', 'LPT9.x', 'aux', 'prn'])('is %s', (name) => {
    expect(WINDOWS_DEVICE.test(name)).toBe(true)
  })

  it.each(['console', 'falcon', 'com', 'com12', 'con-1'])('is not %s', (name) => {
    expect(WINDOWS_DEVICE.test(name)).toBe(false)
  })
})
