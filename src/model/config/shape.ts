/* Checks of values that come from outside. Kept light, since `list` loads it. */

/** The name of the first check that failed. */
export function firstInvalid(checks: [name: string, isValid: boolean][]): string | undefined {
  return checks.find(([, isValid]) => !isValid)?.[0]
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Of `maxRestarts`. */
export function isRestartLimit(value: unknown): value is number | 'unlimited' {
  return value === 'unlimited' || isNumber(value)
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Guard<Item> = (item: unknown) => item is Item

export function isListOf<Item>(value: unknown, isValid: Guard<Item> | ((item: unknown) => boolean)): value is Item[] {
  return Array.isArray(value) && value.every(isValid)
}

export function isRecordOf<Item>(
  value: unknown,
  isValid: Guard<Item> | ((item: unknown) => boolean),
): value is Record<string, Item> {
  return isRecord(value) && Object.values(value).every(isValid)
}
