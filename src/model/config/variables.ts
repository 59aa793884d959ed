import type { ResolvedProcess } from './config.ts'
import { baseOf } from './instances.ts'

/** The variables that a process has besides the inherited ones. Its port counts more than a `PORT` in its config. */
export function ownVariables({ env }: Pick<ResolvedProcess, 'env'>, port: number | null): Record<string, string> {
  return { ...env, ...(port !== null && { PORT: String(port) }) }
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
