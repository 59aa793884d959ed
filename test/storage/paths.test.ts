import { describe, expect, it } from 'vitest'
import { pathsOf, sourceOf } from '../../src/storage/paths.ts'
import { managedProcess } from '../model/processes.ts'

describe('paths', () => {
  it('puts all files into the folder', () => {
    const paths = Object.values(pathsOf('/app/.tuix'))
    expect(paths.every((path) => path.startsWith('/app/.tuix/'))).toBe(true)
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('gives a process its log files, unless its config sets them', () => {
    expect(sourceOf('/app/.tuix', managedProcess())).toEqual({
      name: 'web',
      logFile: '/app/.tuix/logs/web.out.log',
      errorFile: '/app/.tuix/logs/web.err.log',
      indexFile: '/app/.tuix/logs/web.index',
      eventsFile: '/app/.tuix/events.jsonl',
    })
    const own = managedProcess({}, { logFile: '/var/log/web.log' })
    expect(sourceOf('/app/.tuix', own)).toMatchObject({
      logFile: '/var/log/web.log',
      errorFile: '/app/.tuix/logs/web.err.log',
    })
  })
})
