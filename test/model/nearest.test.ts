import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/model/nearest.ts'

describe('nearest', () => {
  const names = ['command', 'cwd', 'autorestart', 'autostart', 'web', 'worker']

  it.each([
    ['comand', 'command'],
    ['commands', 'command'],
    ['autoRestart', 'autorestart'],
    ['autostrat', 'autostart'],
    ['cmd', 'cwd'],
    ['wbe', 'web'],
    ['WORKR', 'worker'],
  ])('%s is meant to be %s', (word, meant) => {
    expect(nearest(word, names)).toBe(meant)
  })

  it.each(['script', 'x', '', 'exec_mode'])('%j is like none of them', (word) => {
    expect(nearest(word, names)).toBeUndefined()
  })

  it('takes the nearest of several that are near, and the first of equals', () => {
    expect(nearest('stat', ['status', 'start', 'stats'])).toBe('start')
    expect(nearest('status', ['stats', 'status'])).toBe('status')
  })
})
