interface ProcessConfig {
  name: string              // Unique process name
  command: string           // Command to execute
  args?: string[]          // Command arguments
  cwd?: string             // Working directory
  env?: Record<string, string>  // Environment variables
  autostart?: boolean      // Start on manager init
  autorestart?: boolean    // Restart on crash
  restartDelay?: number    // Delay before restart (ms)
  maxRestarts?: number     // Maximum restart attempts
  watch?: boolean          // Enable file watching
  watchPaths?: string[]    // Paths to watch
  ignoreWatch?: string[]   // Paths to ignore
  watchDebounce?: number   // Debounce delay (ms)
  logFile?: string         // Log output file
  errorFile?: string       // Error output file
  maxMemory?: number       // Memory limit (MB)
  maxCpu?: number          // CPU limit (percentage)
  group?: string           // Process group name
  interpreter?: string     // Process interpreter
  healthCheck?: HealthCheckConfig  // Health check config
}
