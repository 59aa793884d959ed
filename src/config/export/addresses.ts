import type { ResolvedProcess } from '../../model/config/config.ts'
import { fixedPort, mainPortName, portVariable, portWishes } from '../../model/config/ports.ts'
import { mapReferringTexts, type Reference, replaceReferences } from '../../model/config/references.ts'
import type { Notes } from '../import/notes.ts'
import { objectName } from './kubernetes/names.ts'
import { AUTO_PORT } from './ports.ts'
import type { Declaration, ExportFormat } from './types.ts'

/**
 * The declarations with the addresses that processes have there in place of references, and with the variables of named ports. What
 * is only known when it runs is noted, and stays in its text.
 */
export function withAddresses(format: ExportFormat, declarations: Declaration[], notes: Notes): Declaration[] {
  const byName = new Map(declarations.map(({ config }) => [config.name, config]))
  return declarations.map((declaration) => {
    const config = withNamedPorts(format, declaration.config, notes)
    const { references, ...others } = config
    if (references === undefined) return { ...declaration, config }
    const value = (reference: Reference) => {
      const target = byName.get(reference.process)
      const found = target && addressText(format, reference, target, target.name === config.name)
      if (found === undefined)
        notes.add(
          config.name,
          reference.key,
          'is not carried over: what it refers to is only known when it runs; write the address out',
        )
      return found
    }
    return { ...declaration, config: mapReferringTexts(others, (text) => replaceReferences(text, value)) }
  })
}

function addressText(
  format: ExportFormat,
  { field, port: name }: Reference,
  target: ResolvedProcess,
  isOwn: boolean,
): string | undefined {
  const host = isOwn || format === 'systemd' ? 'localhost' : hostOf(format, target)
  const port = fixedPort(target, name) ?? (isMain(target, name) && isContainer(format) ? AUTO_PORT : undefined)
  if (host === undefined) return undefined
  if (field === 'host') return host
  if (port === undefined) return undefined
  return field === 'port' ? String(port) : `http://${host}:${port}`
}

/** The name by which others reach it. Nomad has no names without Consul. */
function hostOf(format: ExportFormat, { name }: ResolvedProcess): string | undefined {
  if (format === 'nomad') return undefined
  return format === 'kubernetes' ? objectName(name) : name
}

/** Every container has all ports to itself, so one that is picked needs no picking. */
const isContainer = (format: ExportFormat): boolean => format !== 'systemd' && format !== 'nomad'

const isMain = ({ ports }: ResolvedProcess, name: string | undefined): boolean =>
  name === undefined || name === mainPortName(ports)

function withNamedPorts(format: ExportFormat, config: ResolvedProcess, notes: Notes): ResolvedProcess {
  if (config.ports === undefined) return config
  const variables = portWishes(config).flatMap(([name]): [string, string][] => {
    const number = fixedPort(config, name) ?? (isMain(config, name) && isContainer(format) ? AUTO_PORT : undefined)
    if (!isMain(config, name))
      notes.add(
        config.name,
        `ports.${name}`,
        number === undefined ? PICKED : 'is only a variable there: publish it yourself',
      )
    return number === undefined ? [] : [[portVariable(name), String(number)]]
  })
  return { ...config, env: { ...config.env, ...Object.fromEntries(variables) } }
}

const PICKED = 'is not carried over: nothing there picks it; give a number'
