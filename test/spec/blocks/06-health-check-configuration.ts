interface HealthCheckConfig {
  type: 'output' | 'http' | 'tcp' | 'script'
  outputPattern?: string | RegExp  // For output type
  url?: string                     // For HTTP type
  method?: 'GET' | 'POST' | 'HEAD' // For HTTP type
  host?: string                    // For TCP type
  port?: number                    // For TCP type
  script?: string                  // For script type
  interval?: number               // Check interval (ms)
  timeout?: number                // Check timeout (ms)
  retries?: number                // Retry attempts
  startPeriod?: number            // Grace period (ms)
}
