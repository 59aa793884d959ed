import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { WebConfig } from '../model/config/web.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { Control } from '../protocol/operations.ts'
import { pathsOf } from '../storage/paths.ts'

export interface WebWanted {
  control: Control
  tuixDir: string
  cwd: string
  /** Of the config. */
  web: boolean | WebConfig | undefined
  source: string | undefined
  warn(message: string): void
}

/** Opens or closes the web listener as the config wants it. The processes are started either way. */
export async function followConfig({ control, tuixDir, cwd, web = false, source, warn }: WebWanted): Promise<void> {
  try {
    if (web) await control.openWeb({ ...settingsOf(web, cwd), ...(source !== undefined && { source }) })
    else if (source !== undefined && existsSync(pathsOf(tuixDir).web)) await control.closeWeb({ source })
  } catch (error) {
    warn(reasonOf(error))
  }
}

export function settingsOf(web: boolean | WebConfig, cwd: string): WebConfig {
  if (typeof web === 'boolean') return {}
  const { tls } = web
  return { ...web, ...(tls && { tls: { cert: resolve(cwd, tls.cert), key: resolve(cwd, tls.key) } }) }
}
