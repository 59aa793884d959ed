import { readFileSync } from 'node:fs'
import { run } from './run.ts'

/** A user of this machine. */
export interface Account {
  name: string
  uid: number
  gid: number
  home: string
}

/** Undefined: there is no such user. */
export function accountOf(user: string | number): Account | undefined {
  return find(passwd(), user) ?? find(run('getent', ['passwd', String(user)]).output, user)
}

/** Most users are here. A directory service is only asked for others. */
function passwd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}

function find(text: string, user: string | number): Account | undefined {
  for (const line of text.split('\n')) {
    const [name = '', , uid, gid, , home = '/'] = line.split(':')
    if (name !== '' && (name === user || uid === String(user)))
      return { name, uid: Number(uid), gid: Number(gid), home }
  }
  return undefined
}
