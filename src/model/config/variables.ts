import type { ResolvedProcess } from './config.ts'
import { baseOf } from './instances.ts'
import { portVariable } from './ports.ts'
import { isBackend } from './share.ts'

/**
 * The variables that a process has besides the inherited ones. Its ports count more than a `PORT` in its config. Behind a shared
 * port `HOST` is for the forwarder, and the instance listens for that one alone.
 */
export function ownVariables(
  config: Pick<ResolvedProcess, 'env' | 'share'>,
  { port, ports = {} }: { port: number | null; ports?: Record<string, number> },
): Record<string, string> {
  const { env } = config
  const isHidden = env.HOST !== undefined && isBackend(config)
  const named = Object.entries(ports).map(([name, number]) => [portVariable(name), String(number)])
  return {
    ...env,
    ...(isHidden && { HOST: '127.0.0.1' }),
    ...(port !== null && { PORT: String(port) }),
    ...Object.fromEntries(named),
  }
}

/** The name under which a process reports to OpenTelemetry: its declared one, if it has `otlp` and no name of its own. */
export function serviceName(
  { name, instanceOf, otlp }: Pick<ResolvedProcess, 'name' | 'instanceOf' | 'otlp'>,
  environment: Record<string, string>,
): Record<string, string> {
  const { OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES = '' } = environment
  const isNamed = OTEL_SERVICE_NAME !== undefined || /(?:^|,)\s*service\.name\s*=/.test(OTEL_RESOURCE_ATTRIBUTES)
  return otlp === undefined || isNamed ? {} : { OTEL_SERVICE_NAME: baseOf({ name, instanceOf }) }
}
