/** Levels: far more than any setting needs, far fewer than recursion can bear. */
const DEEPEST = 100
/** Values in all. Aliases of YAML, each of two others, make more of a few lines than any memory holds. */
const MOST = 1_000_000

/** What to say of data that is too much to be a config, or goes in a circle; undefined: it is not. Never recurses. */
export function extentProblem(value: unknown): string | undefined {
  const waiting: [value: object, level: number][] = isPart(value) ? [[value, 1]] : []
  let count = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [part, level] = next
    if (level > DEEPEST) return TOO_DEEP
    for (const inner of Array.isArray(part) ? part : Object.values(part)) {
      if (++count > MOST) return `has more than ${MOST.toLocaleString('en')} values`
      if (isPart(inner)) waiting.push([inner, level + 1])
    }
  }
  return undefined
}

export const TOO_DEEP = `is nested more than ${DEEPEST} levels deep`

/** What is looked into: lists and plain objects. */
function isPart(value: unknown): value is object {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]'
}
