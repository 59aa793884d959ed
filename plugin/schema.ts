/**
 * What hosts ask of a schema for an argument or an option: the face of a zod 3 schema. Not zod itself, since a host reads
 * the insides of its own version and breaks on another's.
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

/** Takes anything and changes nothing: the host shows it in its help, and the commands parse the raw tokens themselves. */
export function hostSchema(kind: 'text' | 'switch', description: string): HostSchema {
  const lenient = {
    description,
    isOptional: () => true,
    parse: (value: unknown) => value,
    safeParse: (data: unknown) => ({ success: true as const, data }),
  }
  const typeName = kind === 'text' ? ('ZodString' as const) : ('ZodBoolean' as const)
  // The inner one has no `unwrap`: hosts unwrap until they cannot any more.
  const innerType: InnerSchema = { ...lenient, _def: { typeName, description } }
  return { ...lenient, _def: { typeName: 'ZodOptional', description, innerType }, unwrap: () => innerType }
}
