/**
 * The parts of a zod 3 schema that hosts use for an argument or option. It is not zod itself, since a host reads the
 * internals of its own version and would break on another.
 */
export interface HostSchema {
  description: string
  _def: { typeName: 'ZodOptional'; description: string; innerType: InnerSchema }
  isOptional(): boolean
  unwrap(): InnerSchema
  parse(value: unknown): unknown
  safeParse(value: unknown): { success: true; data: unknown }
}

interface InnerSchema {
  description: string
  _def: { typeName: 'ZodString' | 'ZodBoolean'; description: string }
  isOptional(): boolean
  parse(value: unknown): unknown
  safeParse(value: unknown): { success: true; data: unknown }
}

/**
 * A schema that accepts any value. The host only shows it in its help, since the commands parse the raw tokens
 * themselves.
 */
export function hostSchema(kind: 'text' | 'switch', description: string): HostSchema {
  const lenient = {
    description,
    isOptional: () => true,
    parse: (value: unknown) => value,
    safeParse: (data: unknown) => ({ success: true as const, data }),
  }
  const typeName = kind === 'text' ? ('ZodString' as const) : ('ZodBoolean' as const)
  // The inner schema has no `unwrap`, since hosts unwrap as long as they can.
  const innerType: InnerSchema = { ...lenient, _def: { typeName, description } }
  return { ...lenient, _def: { typeName: 'ZodOptional', description, innerType }, unwrap: () => innerType }
}
