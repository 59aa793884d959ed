/** The package's main door: the library and what apps mount of it. */
export * from '../src/index.ts'
export {
  mountPlugins,
  ProcessManagerPlugin,
  type ProcessManagerPluginObject,
  type ProcessManagerPluginOptions,
} from './index.ts'
export { createProcessMonitor, type MonitorHost, ProcessMonitor, type ProcessMonitorProps } from './process-monitor.ts'
