interface Hasher {
  update(text: string): { digest(encoding: 'hex' | 'base64url'): string }
}

/** The SHA-256 of a text. On Bun by its own means, since `node:crypto` takes it as long to load as all modules of a daemon. */
export function sha256(text: string, encoding: 'hex' | 'base64url'): string {
  const { Bun } = globalThis as unknown as { Bun?: { CryptoHasher: new (algorithm: string) => Hasher } }
  const hasher = Bun ? new Bun.CryptoHasher('sha256') : process.getBuiltinModule('node:crypto').createHash('sha256')
  return hasher.update(text).digest(encoding)
}
