/** Levels of nesting: far more than any setting needs, far fewer than recursion can handle. */
const DEEPEST = 100
/** Number of values. A few lines of nested YAML aliases expand to more than any memory holds. */
const MOST = 1_000_000

/**
 * The error text for data that is too large or too deep for a config, or circular; undefined if it is none of these.
 * Never recurses.
 */
export function dataLimitProblem(value: unknown): string | undefined {
  const waiting: [value: object, level: number][] = isPart(value) ? [[value, 1]] : []
  let count = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [part, level] = next
    if (level > DEEPEST) return TOO_DEEP
    // A schema would pass over this key, as no object can have it as an ordinary one.
    if (Object.hasOwn(part, '__proto__')) return 'must not have the key "__proto__"'
    for (const inner of Array.isArray(part) ? part : Object.values(part)) {
      if (++count > MOST) return `has more than ${MOST.toLocaleString('en')} values`
      if (isPart(inner)) waiting.push([inner, level + 1])
    }
  }
  return undefined
}

export const TOO_DEEP = `is nested more than ${DEEPEST} levels deep`

/** Whether a value contains others: a list or a plain object. */
function isPart(value: unknown): value is object {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]'
}
