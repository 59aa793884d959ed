/** What a record says under a name, which may be that of something every object has, such as `constructor`. */
export function ownOf<Value>(record: Record<string, Value> | undefined, name: string): Value | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined
}
