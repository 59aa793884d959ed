/** The package's main entry point: the library, the plugin and the monitor component. */
export * from '../src/index.ts'
export {
  mountPlugins,
  ProcessManagerPlugin,
  type ProcessManagerPluginObject,
  type ProcessManagerPluginOptions,
} from './index.ts'
export { createProcessMonitor, type MonitorHost, ProcessMonitor, type ProcessMonitorProps } from './process-monitor.ts'
