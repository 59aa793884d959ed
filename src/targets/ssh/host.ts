import { ProcessManagerError } from '../../model/errors.ts'

/** Whom `ssh` is to connect to. */
export interface SshHost {
  user: string | null
  /** A name that DNS or the user's SSH config knows, or an address. */
  host: string
  port: number | null
}

/** The user's config may pass both on to a shell (`ProxyCommand`), for which these would be syntax. As OpenSSH 9.6 refuses them. */
const UNSAFE = /^-|[\s\x00-\x1f\x7f'"`$\\;&<>|(){}]/

/**
 * Reads `user@host`, `host` or `ssh://user@host:port`, as `ssh` takes them.
 *
 * @throws ProcessManagerError `config` for anything else, such as what ssh would take for an option
 */
export function parseSshHost(text: string): SshHost {
  const url = /^ssh:\/\/(.*?)(?::(\d{1,5}))?$/.exec(text)
  const address = url?.[1] ?? text
  const at = address.lastIndexOf('@')
  const user = at < 0 ? null : address.slice(0, at)
  const host = address.slice(at + 1).replace(/^\[(.*)\]$/, '$1')
  const port = url?.[2] === undefined ? null : Number(url[2])
  const isPort = port === null || (port > 0 && port < 65_536)
  if (host === '' || user === '' || !isPort || /\//.test(host) || UNSAFE.test(host) || UNSAFE.test(user ?? ''))
    throw new ProcessManagerError(
      'config',
      `${JSON.stringify(text)} is no host for ssh: use a host such as "deploy@web1" or "ssh://deploy@web1:2222"`,
    )
  return { user, host, port }
}

/** As people write it: `deploy@web1`, `web1:2222`. */
export function hostText({ user, host, port }: SshHost): string {
  const name = port !== null && host.includes(':') ? `[${host}]` : host
  return `${user === null ? '' : `${user}@`}${name}${port === null ? '' : `:${port}`}`
}

/** What people type to log in there. */
export function loginText({ user, host, port }: SshHost): string {
  return `ssh ${port === null ? '' : `-p ${port} `}${user === null ? '' : `${user}@`}${host}`
}
