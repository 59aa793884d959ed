import { resolveChecked } from './config/resolve/index.ts'
import { ProcessManagerError } from './model/errors.ts'
import type { ResolveConfig } from './model/resolve.ts'
import { misshapenConfig } from './model/saved-shape.ts'
import { VERSION } from './version.ts'

/**
 * How a supervisor resolves what is declared to it. The schema is 8 MB on Bun and 3.5 MB on Node: it is loaded for those alone
 * who come without a client of ours, which has checked everything. That it did is believed, but for what all else relies on.
 */
export const resolveDeclared: ResolveConfig = async (input, context) => {
  if (context.checkedBy !== VERSION) return (await import('./config/index.ts')).resolveProcess(input, context)
  const config = resolveChecked(input as Parameters<typeof resolveChecked>[0], context)
  const setting = misshapenConfig(config)
  if (setting === undefined) return config
  throw new ProcessManagerError('config', `${context.path || config.name}: \`${setting}\` is not as the schema has it`)
}
