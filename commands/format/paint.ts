import kleur from 'kleur'

export type Color = 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'blue' | 'gray' | 'bold' | 'dim'

/** Paints text, or leaves it as it is where colour is off. */
export type Paint = (color: Color, text: string) => string

export function painter(enabled: boolean): Paint {
  return (color, text) => {
    // kleur decides for itself from process.env and stdout when it loads, once for all streams: overrule it at each use.
    kleur.enabled = enabled
    return kleur[color](text)
  }
}
