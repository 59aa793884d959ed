import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressIn, type NamesRecord, namesFile, originOf, proxyFolder, readNames } from '../../src/storage/names.ts'
import { addressesOf, namelessText, projectFolder } from '../../src/storage/project-names.ts'
import { self } from '../../src/system/process/identity.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { managedProcess } from '../model/processes.ts'

let folder: TempFolder
let before: string | undefined
const record: NamesRecord = {
  identity: self(),
  http: 1355,
  https: 8443,
  isTrusted: false,
  projects: { '/shop/.tuix': { project: 'shop' }, '/long/.tuix': { problem: 'too long' } },
}

beforeEach(() => {
  folder = tempFolder('names')
  before = process.env.XDG_STATE_HOME
  process.env.XDG_STATE_HOME = folder.path
  mkdirSync(proxyFolder() ?? '', { recursive: true })
})
afterEach(() => {
  process.env.XDG_STATE_HOME = before
  folder.remove()
})

const write = (content: unknown) => writeFileSync(namesFile(proxyFolder() ?? ''), JSON.stringify(content))

describe('the record of the proxy', () => {
  it('is read while that process lives', () => {
    expect(readNames()).toBe(null)
    write(record)
    expect(readNames()).toEqual(record)
    write({ ...record, identity: { ...record.identity, startTime: record.identity.startTime + 1 } })
    expect(readNames()).toBe(null)
  })

  it.each([
    { content: null },
    { content: [] },
    { content: { ...record, http: '1355' } },
    { content: { ...record, https: undefined } },
    { content: { ...record, identity: { pid: 'x' } } },
    { content: { ...record, projects: { '/a': { project: 1 } } } },
    { content: { ...record, projects: { '/a': { project: 'a', branch: 2 } } } },
    { content: { ...record, problem: 1 } },
  ])('is none if it is $content', ({ content }) => {
    write(content)
    expect(readNames()).toBe(null)
  })

  it('has the address of a process, or why there is none', () => {
    expect(addressIn(record, '/shop/.tuix', 'web')).toBe('http://web.shop.localhost:1355')
    expect(addressIn(record, '/long/.tuix', 'web')).toEqual({ problem: 'too long' })
    expect(addressIn(record, '/shop/.tuix', 'x'.repeat(64))).toEqual({
      problem: expect.stringContaining('64 characters'),
    })
    expect(addressIn(record, 'constructor', 'web')).toBe(undefined)
  })

  it('has addresses with HTTPS once that is trusted, and without a port where it is the usual one', () => {
    expect(originOf({ ...record, isTrusted: true }, 'a.localhost')).toBe('https://a.localhost:8443')
    expect(originOf({ http: 80, https: null, isTrusted: true }, 'a.localhost')).toBe('http://a.localhost')
    expect(originOf({ http: 80, https: 443, isTrusted: true }, 'a.localhost')).toBe('https://a.localhost')
  })

  it('is what processes with a port are told their addresses from', () => {
    const web = managedProcess({ port: 4000 })
    expect(addressesOf('/shop/.tuix')(web)).toBe(undefined)
    write(record)
    expect(addressesOf('/shop/.tuix')(web)).toBe('http://web.shop.localhost:1355')
    expect(addressesOf('/shop/.tuix')(managedProcess())).toBe(undefined)
    expect(addressesOf('/unknown/.tuix')(web)).toBe(undefined)
    expect(namelessText('/long/.tuix', web)).toBe('too long')
    expect(namelessText('/shop/.tuix', web)).toBe(undefined)
  })
})

describe('the folder of a project', () => {
  it('is the one that its hidden state folder lies in, or a state folder that is not hidden', () => {
    expect(projectFolder('/home/a/shop/.tuix')).toBe('/home/a/shop')
    expect(projectFolder('/.tuix')).toBe('/')
    expect(projectFolder('/var/lib/shop')).toBe('/var/lib/shop')
  })
})
