import type { Paint } from './paint.ts'

export type { Color, Paint } from './paint.ts'

export interface ColorRequest {
  /** `--color` or `--no-color`; absent: neither was given. */
  flag?: boolean | undefined
  env: Record<string, string | undefined>
  isTTY: boolean
}

/** A flag beats NO_COLOR beats FORCE_COLOR beats what the stream is. */
export function wantsColor({ flag, env, isTTY }: ColorRequest): boolean {
  if (flag !== undefined) return flag
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTTY && env.TERM !== 'dumb'
}

export const plain: Paint = (_, text) => text

/** The painter of a stream. The library that paints is loaded only where there is colour. */
export async function painterOf(request: ColorRequest): Promise<Paint> {
  return wantsColor(request) ? (await import('./paint.ts')).painter(true) : plain
}
