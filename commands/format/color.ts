import type { Paint } from './paint.ts'

export type { Color, Paint } from './paint.ts'

export interface ColorRequest {
  /** True: `--color`; false: `--no-color`. Absent: neither was given. */
  flag?: boolean | undefined
  env: Record<string, string | undefined>
  isTTY: boolean
}

/** Whether to use colour: a flag beats NO_COLOR, which beats FORCE_COLOR, which beats the kind of stream. */
export function wantsColor({ flag, env, isTTY }: ColorRequest): boolean {
  if (flag !== undefined) return flag
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTTY && env.TERM !== 'dumb'
}

export const plain: Paint = (_, text) => text

/** The paint function for a stream. The colour library is only loaded if colour is used. */
export async function painterOf(request: ColorRequest): Promise<Paint> {
  return wantsColor(request) ? (await import('./paint.ts')).painter(true) : plain
}
