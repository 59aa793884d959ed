import { type ExportedCheck, seconds } from './health.ts'

/** A word for a line of a shell, in quotes if it needs them. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A line that asks an address with curl. It fails for a status of 400 and above. */
export function curlLine({ url, check }: Extract<ExportedCheck, { type: 'http' }>): string {
  const { method, headers, timeout } = check
  const flags = { GET: [], HEAD: ['-I'], POST: ['-X POST'] }[method]
  const sent = Object.entries(headers).map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`)
  return ['curl -fsS -o /dev/null', `-m ${seconds(timeout)}`, ...flags, ...sent, shellWord(url.href)].join(' ')
}
