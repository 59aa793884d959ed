import { readInfo } from '../../client/discover.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import type { SupervisorInfo } from '../../model/views/supervisor-info.ts'
import { Connection, type ConnectionOptions } from './connection.ts'

export type ReachOptions = Pick<ConnectionOptions, 'tuixDir' | 'supervisorCommand' | 'warn'>

/** The supervisor of a folder, brought up if there is none, as for any command. */
export async function reachSupervisor(options: ReachOptions): Promise<SupervisorInfo> {
  const connection = new Connection({ ...options, mode: 'daemon', released: () => {} })
  await connection.reach(true)
  const info = readInfo(options.tuixDir)
  if (!info) throw new ProcessManagerError('unreachable', 'the supervisor ended at once')
  return info
}
