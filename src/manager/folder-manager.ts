import type { WebConfig } from '../model/config/web.ts'
import type { Finding } from '../model/diagnosis/facts.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { AlertsInfo, AlertTestResult } from '../model/views/alerts-info.ts'
import type { CrashBrief, CrashReport } from '../model/views/crash-report.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { WebInfo } from '../model/views/web-info.ts'
import { refuseForeign } from '../system/fs/owner.ts'
import type { EndedSupervisor } from './connect/supervision.ts'
import { ProcessObserver } from './observer.ts'
import type { Served } from './serve-web.ts'

/** Looks after the supervisor of a folder: its web listener, its end, its replacement, its crash reports, its alerts, and what is wrong with it. */
export class FolderManager extends ProcessObserver {
  /**
   * Opens the web listener: dashboard, API, metrics and MCP over HTTP. It stays open through restarts of the supervisor.
   *
   * @param settings default: those of the config
   */
  async openWeb(settings?: WebConfig): Promise<WebInfo> {
    this.onlyHere('the web listener')
    refuseForeign(this.tuixDir)
    const { settingsOf } = await import('./web.ts')
    const { web = false, source } = this.options
    const isOfConfig = settings === undefined && web !== false && source !== undefined
    return this.connection.control.openWeb({
      ...settingsOf(settings ?? web, this.cwd),
      ...(isOfConfig && { source }),
    })
  }

  /**
   * Serves the dashboard of the targets from this process, until it is closed or this process ends.
   *
   * @param settings default: those of the config
   */
  async serveWeb(settings?: WebConfig): Promise<Served> {
    if (!this.elsewhere)
      throw new ProcessManagerError('usage', 'the web listener of this machine is that of its supervisor: use openWeb')
    const { serveWeb } = await import('./serve-web.ts')
    const { settingsOf } = await import('./web.ts')
    const wanted = settingsOf(settings ?? this.options.web ?? false, this.cwd)
    return serveWeb(this.elsewhere, this.connection.control, this.tuixDir, wanted)
  }

  /** Closes the web listener. */
  async closeWeb(): Promise<WebInfo> {
    this.onlyHere('the web listener')
    return this.connection.control.closeWeb({})
  }

  /**
   * Ends the supervisor, unless it is part of an app. All processes keep running for the next one. Resolves to the
   * supervisor that has ended; null if there was none.
   */
  async endSupervisor(): Promise<EndedSupervisor | null> {
    this.onlyHere('the supervisor')
    const { endSupervisor } = await import('./connect/supervision.ts')
    const ended = await endSupervisor(this.tuixDir, this.connection.isSilent)
    await this.connection.close()
    return ended
  }

  /** Replaces the supervisor with a new daemon. All processes keep running with the same pids. */
  async restartSupervisor(): Promise<{ ended: EndedSupervisor | null; started: SupervisorInfo }> {
    refuseForeign(this.tuixDir)
    const ended = await this.endSupervisor()
    await this.connection.reach(true)
    return { ended, started: await this.connection.control.info({}) }
  }

  /** The rules for alerts, with their targets in short, and what is wrong at present. Launches no supervisor. */
  async alerts(): Promise<AlertsInfo> {
    const { findSupervisor } = await import('../client/find.ts')
    if (this.elsewhere || this.connection.embedded || (await findSupervisor(this.tuixDir)))
      return this.connection.control.alerts({})
    const { savedAlerts } = await import('./alerts.ts')
    return savedAlerts(this.tuixDir)
  }

  /**
   * Gives the rules of the options to the supervisor, and sends a test message to the target of each rule that it has, or of one.
   *
   * @param rule its number, from 1
   */
  async testAlerts(rule?: number): Promise<AlertTestResult[]> {
    this.onlyHere('the test of alerts')
    refuseForeign(this.tuixDir)
    const { followAlerts } = await import('./alerts.ts')
    const { tuixDir, cwd, connection } = this
    const { alerts, source } = this.options
    await followAlerts({ control: connection.control, tuixDir, cwd, alerts, source, warn: (text) => this.warn(text) })
    return connection.control.testAlerts(rule === undefined ? {} : { rule })
  }

  /** The crash reports that are kept, newest first: the last 20 of the folder. Needs no supervisor. */
  async crashes(name?: string): Promise<CrashBrief[]> {
    if (this.elsewhere) return this.connection.control.crashes(name === undefined ? {} : { name })
    const { listCrashes } = await import('../storage/crashes.ts')
    return listCrashes(this.tuixDir, name)
  }

  /** One crash report in full. Rejects with `usage` if there is none of this id. Needs no supervisor. */
  async crash(id: string): Promise<CrashReport> {
    if (this.elsewhere) return this.connection.control.crash({ id })
    const { readCrash } = await import('../storage/crashes.ts')
    return readCrash(this.tuixDir, id)
  }

  /** Finds problems of the folder, its supervisor and the machine. With `fix` it first repairs what it can. */
  async diagnose({ fix = false }: { fix?: boolean } = {}): Promise<Finding[]> {
    this.onlyHere('what doctor finds')
    const { examine, repair: mend } = await import('../doctor/doctor.ts')
    return fix ? mend(this.tuixDir, () => this.connection.reach(true)) : examine(this.tuixDir)
  }
}
