/**
 * Whether version `a` is newer than `b` by semver precedence: build metadata is ignored, a prerelease is older than its
 * release.
 */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)]
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  if (left.prerelease === right.prerelease) return false
  if (left.prerelease === '' || right.prerelease === '') return left.prerelease === ''
  return left.prerelease.localeCompare(right.prerelease, 'en', { numeric: true }) > 0
}

function parse(version: string): { numbers: number[]; prerelease: string } {
  const [numbers = '', ...prerelease] = (version.split('+')[0] ?? '').split('-')
  return { numbers: numbers.split('.').map((part) => Number.parseInt(part, 10) || 0), prerelease: prerelease.join('-') }
}
