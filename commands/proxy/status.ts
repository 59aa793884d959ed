import { type ProxyInfo, proxyInfo } from '../../src/internal.ts'
import { oneLine } from '../format/printable.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'

/** Prints whether the proxy runs, and the addresses of all projects. The exit code is 3 if it does not, as in `systemctl status`. */
export async function showProxy(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson, note, warn } = context
  const info = await proxyInfo()
  if (flags.json) printJson(jsonOf(info))
  else if (info === null) note(`the proxy is not running; start it with: ${environment.program} proxy start`)
  else {
    const secure = info.https === null ? 'no HTTPS' : `HTTPS on ${info.https}`
    print(`the proxy is running (pid ${info.pid}): HTTP on ${info.http}, ${secure}, for this machine alone`)
    if (info.problem !== undefined) warn(oneLine(info.problem))
    for (const project of info.projects)
      print(
        'problem' in project
          ? `  ${oneLine(project.folder)}: ${oneLine(project.problem)}`
          : `  ${project.address}  ${oneLine(project.folder)}`,
      )
  }
  return info === null ? EXIT.notRunning : EXIT.done
}

/** As `--json` prints it. */
export function jsonOf(info: ProxyInfo | null): object {
  const none = { pid: null, http: null, https: null, trusted: false, address: null, projects: [] }
  return { running: info !== null, ...(info ?? none) }
}
