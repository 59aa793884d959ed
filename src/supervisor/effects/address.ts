import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { addressesOf } from '../../storage/project-names.ts'

/** Has the address of the process itself. Without a proxy that is the one with its port. */
const ADDRESS = 'TUIX_URL'

/** What a run inherits, with its own address instead of that of a process that this supervisor was launched by. */
export function withAddress(
  { [ADDRESS]: _, ...inherited }: Record<string, string>,
  tuixDir: string,
  { config }: Pick<ManagedProcess, 'config'>,
  port: number | null,
): Record<string, string> {
  if (port === null) return inherited
  return {
    ...inherited,
    [ADDRESS]: addressesOf(tuixDir)({ config, port }) ?? `http://localhost:${config.share?.port ?? port}`,
  }
}
