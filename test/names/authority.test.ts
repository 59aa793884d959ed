import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { chmodSync, chownSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorityFiles, existingAuthority, forgetAuthority, openAuthority } from '../../src/names/authority.ts'
import { hostCertificate } from '../../src/names/certificates.ts'
import { isRoot, NOBODY } from '../helpers/nobody.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { describeWith } from '../integration/programs.ts'

let folder: TempFolder
let files: ReturnType<typeof authorityFiles>

beforeEach(() => {
  folder = tempFolder('ca')
  files = authorityFiles(folder.path)
})
afterEach(() => folder.remove())

describe('the authority of a user', () => {
  it('is made once, with a key that nobody else may read', async () => {
    expect(existingAuthority(folder.path)).toBe(null)
    const made = await openAuthority(folder.path)
    expect(await openAuthority(folder.path)).toMatchObject({ name: made.name, certificate: made.certificate })
    expect(statSync(files.key).mode & 0o777).toBe(0o600)
    const { ca, subject } = new X509Certificate(made.certificate)
    expect([ca, subject]).toEqual([true, `CN=${made.name}`])
    forgetAuthority(folder.path)
    expect(existingAuthority(folder.path)).toBe(null)
    expect((await openAuthority(folder.path)).certificate).not.toBe(made.certificate)
  })

  const damages: Record<string, () => void> = {
    'may be read by others': () => chmodSync(files.key, 0o644),
    'has a certificate that was changed': () => {
      const lines = readFileSync(files.certificate, 'utf8').split('\n')
      writeFileSync(files.certificate, [lines[0], 'AAAA', ...lines.slice(2)].join('\n'))
    },
    'has another key': () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      writeFileSync(files.key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    },
    'has no key': () => rmSync(files.key),
    'has no certificate': () => rmSync(files.certificate),
    'has no record': () => rmSync(files.record),
    'is a link': () => {
      renameSync(files.certificate, `${folder.path}/other.pem`)
      symlinkSync(`${folder.path}/other.pem`, files.certificate)
    },
    ...(isRoot && { 'is of another user': () => chownSync(files.certificate, NOBODY, NOBODY) }),
  }

  it.each(Object.entries(damages))('that %s is refused with one sentence', async (_, damage) => {
    await openAuthority(folder.path)
    damage()
    await expect(openAuthority(folder.path)).rejects.toThrow(
      / is not used, because .*: run tuix-ps proxy untrust, which deletes it$/,
    )
    forgetAuthority(folder.path)
    await openAuthority(folder.path)
  })

  it('made by somebody else is refused, even with a fitting key', async () => {
    await openAuthority(folder.path)
    const other = tempFolder('ca')
    await openAuthority(other.path)
    for (const name of ['ca.pem', 'ca-key.pem']) renameSync(`${other.path}/${name}`, `${folder.path}/${name}`)
    other.remove()
    await expect(openAuthority(folder.path)).rejects.toThrow('was changed since they were made')
  })
})

describeWith(['openssl'], 'a certificate of the authority', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const verdict = async (host: string, at = Date.now()) => {
    const { name, key, certificate } = await openAuthority(folder.path)
    writeFileSync(`${folder.path}/host.pem`, hostCertificate(host, privateKey, { name, key }, at))
    writeFileSync(`${folder.path}/trusted.pem`, certificate)
    try {
      return execFileSync(
        'openssl',
        ['verify', '-x509_strict', '-verify_hostname', host, '-CAfile', 'trusted.pem', 'host.pem'],
        {
          cwd: folder.path,
          encoding: 'utf8',
          stdio: 'pipe',
        },
      ).trim()
    } catch (error) {
      return (error as { stderr: string }).stderr
    }
  }

  it.each(['web.shop.localhost', 'localhost', `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.localhost`])(
    'for %s is right',
    async (host) => {
      expect(await verdict(host)).toBe('host.pem: OK')
    },
  )

  it.each(['example.com', 'localhost.example.com', 'evillocalhost'])('for %s is worth nothing', async (host) => {
    expect(await verdict(host)).toContain('permitted subtree violation')
  })

  it('lasts no longer than browsers allow', async () => {
    const { name, key } = await openAuthority(folder.path)
    const { validFrom, validTo } = new X509Certificate(
      hostCertificate('a.localhost', privateKey, { name, key }, Date.now()),
    )
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBeLessThan(825 * 24 * 3600 * 1000)
  })
})
