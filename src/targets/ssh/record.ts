import { statSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, isText } from '../../model/config/shape.ts'
import type { SshTarget } from '../../model/config/targets.ts'
import { writeAtomic } from '../../system/fs/files.ts'
import { hash } from '../../system/fs/place-hash.ts'
import { readPlain } from '../../system/fs/plain-file.ts'
import type { SshConnection } from './connection.ts'

/** What the last command has found out of a target, so that the next one can send its request at once. */
export interface TargetRecord {
  /** Of the program there. */
  version: string
  /** Control socket there. */
  remote: string
  /** Local socket; null: connections are passed on by commands. */
  socket: string | null
}

/** ms for which what has just been found is taken for granted. */
const FRESH = 10_000

/** The record of this target; undefined if there is none. It may be wrong by now, as whoever uses the socket finds. */
export function readRecord(connection: SshConnection, config: SshTarget): TargetRecord | undefined {
  try {
    const record: unknown = JSON.parse(readPlain(fileOf(connection, config)))
    if (!isRecord(record) || !isText(record.version) || !isText(record.remote)) return undefined
    const { version, remote, socket } = record
    return socket === null || isText(socket) ? { version, remote, socket } : undefined
  } catch {
    return undefined
  }
}

/** Whether it was found so recently that a look would not tell more. A laptop that has slept since has no connection any more. */
export function isFresh(connection: SshConnection, config: SshTarget): boolean {
  const age = Date.now() - (statSync(fileOf(connection, config), { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return age >= 0 && age < FRESH
}

/** Worthless after a crash of the machine, as the connection is. */
export async function writeRecord(connection: SshConnection, config: SshTarget, record: TargetRecord): Promise<void> {
  await writeAtomic(fileOf(connection, config), JSON.stringify(record), () => true, false)
}

function fileOf({ folder, id }: SshConnection, { cwd, program = '', tuixDir = '' }: SshTarget): string {
  return join(folder, `${hash(JSON.stringify([id, cwd, program, tuixDir]), 16)}.json`)
}
