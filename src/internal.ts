/** For `commands/` alone: no app can import this. Light to import; what is heavy loads when it is first needed. */
import type { Disabled } from './boot/disable.ts'
import type { BootFile, BootRequest, Enabled } from './boot/enable.ts'
import type { Conversion, ConvertOptions } from './config/convert.ts'
import type { Exported } from './config/export/index.ts'
import type { ExportOptions } from './config/export-config.ts'
import type { LoadedConfig } from './config/load.ts'
import type { LocateOptions } from './config/locate.ts'
import type { Starter, StarterOptions } from './config/starter.ts'
import type { ReachOptions } from './manager/connect/reach.ts'
import type { ProxyInfo, ProxyWanted } from './manager/proxy.ts'
import type { McpOptions } from './mcp/host.ts'
import type { BootFacts, BootProblem } from './model/boot/status.ts'
import type { TargetConfig } from './model/config/targets.ts'
import type { NoAnswerError } from './model/errors.ts'
import type { Outcome } from './model/views/outcome.ts'
import type { ProcessState } from './model/views/state.ts'
import type { SupervisorInfo } from './model/views/supervisor-info.ts'
import type { NamesOptions } from './names/serve.ts'
import type { TrustResult } from './names/trust.ts'
import type { NotifierOptions, ServiceNotifier } from './system/service-notify.ts'
import { VERSION } from './version.ts'

export { EXPORT_FORMATS, type ExportFormat } from './config/export/types.ts'
export { unusedConfigs } from './config/find.ts'
export type { LoadedConfig } from './config/load.ts'
export type { CodeBlock, LocateOptions } from './config/locate.ts'
export { configsFor, locateTuixDir, usualTuixDir } from './config/locate.ts'
export { FORMATS, type Format, formatOf } from './config/write/format.ts'
export { rerunUnderInit, type UnderInit } from './daemon/pid1.ts'
export type { ProxyInfo } from './manager/proxy.ts'
export type { McpHost } from './mcp/host.ts'
export { INIT_SYSTEMS, stopTime } from './model/boot/service.ts'
export type { BootFacts, BootProblem } from './model/boot/status.ts'
export { SIGNALS, signalOf } from './model/config/signals.ts'
export { timeOf } from './model/config/units.ts'
export { EVENT_TYPES } from './model/lifecycle/events.ts'
export { isAtRest } from './model/lifecycle/phase.ts'
export { planStep } from './model/planning/describe-plan.ts'
export { reasonOf, wordsOf } from './model/text/system-error.ts'
export { byWord, nearest } from './model/text/text.ts'
export { CONDITIONS } from './model/views/condition.ts'
export { INHERITED } from './model/views/crash-report.ts'
export { LOG_LEVELS } from './model/views/logs.ts'
export type { TrustResult } from './names/trust.ts'
export { changedConfig, noteDeclared } from './storage/declared.ts'
export { readTargets, writeTargets } from './storage/targets.ts'
export { canonicalFolder } from './system/fs/canonical-folder.ts'
export { currentFolder, currentFolderGone } from './system/fs/current-folder.ts'
export { refuseWindows } from './system/platform.ts'
export type { ServiceNotifier } from './system/service-notify.ts'
export type { BootFile, BootRequest, Disabled, Enabled }

/** Loads and validates what is declared in files and in code. Throws a `config` error, one sentence. */
export async function loadConfig(options: LocateOptions): Promise<LoadedConfig> {
  return await (await import('./config/load.ts')).loadConfig(options)
}

/** Targets as a config has them, from wherever. Throws a `config` error, one sentence. */
export async function checkTargets(given: unknown, folder: string): Promise<Record<string, TargetConfig>> {
  return (await import('./config/targets.ts')).checkTargets(given, folder)
}

/** The error for a supervisor that lives but answers nothing within so many ms; undefined if it answers, or there is none. */
export async function silentSupervisor(tuixDir: string, within: number): Promise<NoAnswerError | undefined> {
  const [{ findSupervisor }, { answersRequests, noAnswer }] = await Promise.all([
    import('./client/find.ts'),
    import('./client/silence.ts'),
  ])
  const info = await findSupervisor(tuixDir)
  return info && !(await answersRequests(info.socket, within)) ? noAnswer(info) : undefined
}

/** A sentence for each process whose log does not get what it writes, with what to do. */
export async function lostLogTexts(states: ProcessState[]): Promise<string[]> {
  const [{ lostLogs }, { lostText }] = await Promise.all([
    import('./logs/files/lost.ts'),
    import('./model/views/logs.ts'),
  ])
  return lostLogs(states).map((lost) => `${lostText(lost)}${lost.type === 'no-file' ? '' : ' (restart it)'}`)
}

/** The file of another tool in a folder that could be used as a config; undefined if there is none. */
export async function importableIn(folder: string): Promise<string | undefined> {
  return (await import('./config/import/other-tools.ts')).importableIn(folder)
}

/** Makes a config of another tool's file. Throws a `config` error, one sentence. */
export async function importConfig(options: ConvertOptions): Promise<Conversion> {
  return (await import('./config/convert.ts')).convertConfig(options)
}

/** Makes files of another engine of a config. Throws a `config` error, one sentence. */
export async function exportConfig(options: ExportOptions): Promise<Exported> {
  return (await import('./config/export-config.ts')).exportConfig(options)
}

/** Serves MCP on stdin and stdout, until stdin ends or the signal aborts. */
export async function serveMcp(options: Omit<McpOptions, 'version'>, signal: AbortSignal): Promise<void> {
  await (await import('./mcp/stdio.ts')).serveOnStdio({ ...options, version: VERSION }, signal)
}

/** A first config for a folder, of what it has of other tools, or of an example. */
export async function starterConfig(options: StarterOptions): Promise<Starter> {
  return (await import('./config/starter.ts')).starterConfig(options)
}

/** The supervisor of a folder, brought up if there is none. */
export async function reachSupervisor(options: ReachOptions): Promise<SupervisorInfo> {
  return (await import('./manager/connect/reach.ts')).reachSupervisor(options)
}

/** Connects stdin and stdout with a socket, until either side ends. */
export async function relayTo(socket: string): Promise<void> {
  await (await import('./client/relay.ts')).relay(socket)
}

/** Passes requests on by name, until the signal aborts. Throws a `start-failed` error, one sentence. */
export async function serveNames(options: NamesOptions, signal: AbortSignal): Promise<void> {
  await (await import('./names/serve.ts')).serveNames(options, signal)
}

/** The proxy of this user; null if none runs. */
export async function proxyInfo(): Promise<ProxyInfo | null> {
  return (await import('./manager/proxy.ts')).proxyInfo()
}

/** Starts the proxy of this user, or restarts it with other ports. */
export async function startProxy(wanted: ProxyWanted): Promise<Outcome[]> {
  return (await import('./manager/proxy.ts')).startProxy(wanted)
}

/** Stops the proxy of this user. No outcome: it was never started. */
export async function stopProxy(wanted: ProxyWanted): Promise<Outcome[]> {
  return (await import('./manager/proxy.ts')).stopProxy(wanted)
}

/** Adds the authority of the proxy to the stores of this system. Throws a `config` error, one sentence. */
export async function trustProxy(): Promise<TrustResult[]> {
  return (await import('./names/trust.ts')).trustAuthority()
}

/** Removes it from them, and deletes it. */
export async function untrustProxy(): Promise<TrustResult[]> {
  return (await import('./names/trust.ts')).untrustAuthority()
}

/** Shows an address in the user's browser. Resolves to false if there is no program for that. */
export async function browse(address: string): Promise<boolean> {
  return (await import('./system/browse.ts')).browse(address)
}

/** The files of the service that starts a project at boot, without writing them. Throws an error of one sentence. */
export async function bootFiles(request: BootRequest): Promise<BootFile[]> {
  return (await import('./boot/enable.ts')).bootFiles(request)
}

/** Has a project started at boot, and starts its service now. Throws an error of one sentence. */
export async function enableBoot(request: BootRequest): Promise<Enabled> {
  return (await import('./boot/enable.ts')).enableBoot(request)
}

/** Removes the services of a folder. `released` lets the processes of one go on without it. */
export async function disableBoot(tuixDir: string, released: () => Promise<boolean>): Promise<Disabled[]> {
  return (await import('./boot/disable.ts')).disableBoot(tuixDir, released)
}

/** The services that start a folder's processes at boot, and what is wrong with each. */
export async function bootStatus(tuixDir: string): Promise<{ facts: BootFacts; problems: BootProblem[] }[]> {
  const [{ bootFacts }, { bootProblems }] = await Promise.all([
    import('./boot/services.ts'),
    import('./model/boot/status.ts'),
  ])
  return bootFacts(tuixDir).map((facts) => ({ facts, problems: bootProblems(facts) }))
}

/** Starts the service of a folder. Resolves to whether it has one that this user may start. */
export async function startBootService(tuixDir: string): Promise<boolean> {
  return (await import('./boot/restart.ts')).startService(tuixDir)
}

/** Replaces a supervisor that a service has started. Resolves to false if it is none. */
export async function restartBootService(tuixDir: string, supervisor: SupervisorInfo): Promise<boolean> {
  return (await import('./boot/restart.ts')).restartService(tuixDir, supervisor)
}

/** Names of the services that start a folder's processes at boot. */
export async function bootServices(tuixDir: string): Promise<string[]> {
  return (await import('./boot/services.ts')).findServices(tuixDir).map(({ name }) => name)
}

/** Takes the variables of the init system out of an environment. Undefined if none waits for news of this program. */
export async function takeNotifier(options: NotifierOptions): Promise<ServiceNotifier | undefined> {
  return (await import('./system/service-notify.ts')).takeNotifier(options)
}
