import kleur from 'kleur'

export type Color = 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'blue' | 'gray' | 'bold' | 'dim'

/** Adds colour codes to a text, or returns it unchanged if colour is off. */
export type Paint = (color: Color, text: string) => string

export function painter(enabled: boolean): Paint {
  return (color, text) => {
    // kleur decides about colour once, when it is loaded, for all streams. So it is overruled at each use.
    kleur.enabled = enabled
    return kleur[color](text)
  }
}
