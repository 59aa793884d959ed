import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { installedPackage } from '../../../src/config/write/package.ts'
import { type TempFolder, tempFolder } from '../../helpers/temp.ts'

let folder: TempFolder
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

it('is what a module in the folder, or in one below, finds', () => {
  const below = join(folder.path, 'a/b')
  mkdirSync(below, { recursive: true })
  expect(installedPackage(below)).toBeUndefined()
  const installed = join(folder.path, 'node_modules/tuix-process-manager')
  mkdirSync(installed, { recursive: true })
  expect(installedPackage(below)).toBeUndefined()
  writeFileSync(join(installed, 'package.json'), '{}')
  expect(installedPackage(below)).toBe('tuix-process-manager')
  expect(installedPackage(folder.path)).toBe('tuix-process-manager')
})
