import { existsSync } from 'node:fs'
import { alertsInfo } from '../model/alerts/info.ts'
import type { AlertConfig, AlertRule } from '../model/config/alerts.ts'
import { maskText } from '../model/redaction/mask.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { AlertsInfo } from '../model/views/alerts-info.ts'
import type { Control } from '../protocol/operations.ts'
import { pathsOf } from '../storage/paths.ts'

interface AlertsWanted {
  control: Control
  tuixDir: string
  cwd: string
  /** Of the config. */
  alerts: AlertConfig[] | undefined
  source: string | undefined
  warn(message: string): void
}

/**
 * Gives the rules of the config to the supervisor, or takes them away. The processes are started either way.
 *
 * @throws ProcessManagerError `config`
 */
export async function followAlerts({ control, tuixDir, cwd, alerts = [], source, warn }: AlertsWanted): Promise<void> {
  const rules = await rulesOf(alerts)
  if (rules.length === 0 && (source === undefined || !existsSync(pathsOf(tuixDir).alerts))) return
  try {
    await control.setAlerts({ rules, cwd, ...(source !== undefined && { source }) })
  } catch (error) {
    warn(reasonOf(error))
  }
}

async function rulesOf(alerts: AlertConfig[]): Promise<AlertRule[]> {
  if (alerts.length === 0) return []
  const { alertRules } = await import('../config/index.ts')
  return alertRules(alerts)
}

/** What the last supervisor left. */
export async function savedAlerts(tuixDir: string): Promise<AlertsInfo> {
  const { readAlerts } = await import('../storage/alerts.ts')
  const saved = readAlerts(tuixDir)
  return saved ? alertsInfo(saved, maskText) : { rules: [], open: [], waiting: 0 }
}
