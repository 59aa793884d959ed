import { type BootService, type ServiceText, STOP_GRACE } from './service.ts'

/** The property list of launchd: an agent of a user, or with a `user` a daemon of the system. */
export function launchdPlist(service: BootService): string {
  const { name, folder, launcher, user, path, stopWithin } = service
  const output = `${launcher.slice(0, launcher.lastIndexOf('/'))}/supervisor.log`
  const entries: [key: string, value: string][] = [
    ['Label', string(name)],
    ['ProgramArguments', array(['/bin/sh', launcher])],
    ['WorkingDirectory', string(folder)],
    ...(user === null ? [] : [['UserName', string(user)] as [string, string]]),
    ['EnvironmentVariables', dict([['PATH', string(path)]], '  ')],
    ['RunAtLoad', '<true/>'],
    // After a SIGKILL, but not after a stop.
    ['KeepAlive', dict([['SuccessfulExit', '<false/>']], '  ')],
    ['ThrottleInterval', '<integer>1</integer>'],
    ['ExitTimeOut', `<integer>${Math.ceil((stopWithin + STOP_GRACE) / 1000)}</integer>`],
    // Processes outlive a supervisor that was killed, and the next one takes them over.
    ['AbandonProcessGroup', '<true/>'],
    ['StandardOutPath', string(output)],
    ['StandardErrorPath', string(output)],
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Written by `tuix-ps boot enable`; removed by `tuix-ps boot disable`. -->',
    '<plist version="1.0">',
    dict(entries, ''),
    '</plist>',
    '',
  ].join('\n')
}

/** See `readUnit`. */
export function readPlist(text: string): ServiceText | null {
  const value = (key: string) => {
    const [, found] = new RegExp(`<key>${key}</key>\\n\\s*<(?:string|integer)>(.*)</`).exec(text) ?? []
    return found === undefined ? undefined : unescaped(found)
  }
  const [folder, path, within] = [value('WorkingDirectory'), value('PATH'), value('ExitTimeOut')]
  if (folder === undefined || path === undefined || within === undefined) return null
  return { folder, path, user: value('UserName') ?? null, stopWithin: Number(within) * 1000 - STOP_GRACE }
}

function dict(entries: [key: string, value: string][], indent: string): string {
  const lines = entries.flatMap(([key, value]) => [`${indent}  <key>${key}</key>`, `${indent}  ${value}`])
  return ['<dict>', ...lines, `${indent}</dict>`].join('\n')
}

function array(texts: string[]): string {
  return ['<array>', ...texts.map((text) => `    ${string(text)}`), '  </array>'].join('\n')
}

function string(text: string): string {
  return `<string>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</string>`
}

function unescaped(text: string): string {
  return text.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}
