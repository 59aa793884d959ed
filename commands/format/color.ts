import kleur from 'kleur'

export type Color = 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'blue' | 'gray' | 'bold' | 'dim'

/** Paints text, or leaves it as it is where colour is off. */
export type Paint = (color: Color, text: string) => string

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

export function painter(enabled: boolean): Paint {
  return (color, text) => {
    // kleur decides for itself from process.env and stdout when it loads, once for all streams: overrule it at each use.
    kleur.enabled = enabled
    return kleur[color](text)
  }
}
