import { ownProperty } from '../text/text.ts'

/** The port that a process gets: this one; a free one, which stays the same; or this one while it is free. */
export type PortWish = number | 'auto' | { prefer: number }

/** The ports of a resolved config. */
interface Ported {
  port: number | 'auto' | null
  preferredPort?: number
  ports?: Record<string, PortWish>
}

/** Name of the port that is `PORT` and the process's `port`: `http`, or else the first. Undefined if none is named. */
export function mainPortName(ports: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const names = Object.keys(ports ?? {})
  return names.includes('http') ? 'http' : names[0]
}

/** The variable with a named port: `debug-ui` is in `PORT_DEBUG_UI`. */
export function portVariable(name: string): string {
  return `PORT_${name.toUpperCase().replaceAll('-', '_')}`
}

/** The resolved settings of a `port` or of `ports`, of which a config has only one. */
export function resolvedPorts(port: PortWish | undefined, ports: Record<string, PortWish> | undefined): Ported {
  const main = port ?? ownProperty(ports, mainPortName(ports) ?? '') ?? null
  return {
    ...(typeof main === 'object' && main !== null
      ? { port: 'auto' as const, preferredPort: main.prefer }
      : { port: main }),
    ...(ports && { ports: { ...ports } }),
  }
}

/** The wish for each port, by name. That of a single `port` has no name, the empty text. */
export function portWishes({ port, preferredPort, ports }: Ported): [name: string, wish: PortWish][] {
  if (ports) return Object.entries(ports)
  if (port === null) return []
  return [['', preferredPort === undefined ? port : { prefer: preferredPort }]]
}

/** The same ports with another wish for the main one. */
export function withMainPort({ ports }: Ported, port: number | 'auto'): Ported {
  return { port, ...(ports && { ports: { ...ports, [mainPortName(ports) ?? '']: port } }) }
}

/** The number of a port that the config fixes. Undefined if it is picked at a start. */
export function fixedPort(config: Ported, name = ''): number | undefined {
  const wish = name === '' ? config.port : ownProperty(config.ports, name)
  return typeof wish === 'number' ? wish : undefined
}

/** What is wrong with the named ports of a config, for a sentence about `ports`. */
export function portsProblem({
  port,
  ports = {},
  instances = 1,
}: {
  port?: unknown
  ports?: Readonly<Record<string, PortWish>>
  instances?: number
}): string | undefined {
  const named = Object.entries(ports)
  if (named.length === 0) return undefined
  if (port !== undefined) return 'must not be set beside `port`: give that one a name too, such as `http`'
  const numbers = named.flatMap(([, wish]) => (typeof wish === 'number' ? [wish] : []))
  if (numbers.length > 0 && instances > 1) return 'must be "auto" for several instances, which cannot share a port'
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index)
  if (twice !== undefined) return `has ${twice} twice, and a port can be used only once`
  const [one, other] = sameVariable(named.map(([name]) => name)) ?? []
  if (one === undefined || other === undefined) return undefined
  return `has \`${one}\` and \`${other}\`, which would both be ${portVariable(one)}`
}

function sameVariable(names: string[]): string[] | undefined {
  return names.flatMap((one, at) =>
    names.slice(at + 1).flatMap((other) => (portVariable(one) === portVariable(other) ? [[one, other]] : [])),
  )[0]
}
