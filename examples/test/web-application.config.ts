import type { ProcessManagerConfig } from 'tuix-process-manager/config'

/** Bun runs the server as it is written, in TypeScript. */
export const webApplication: ProcessManagerConfig = {
  processes: {
    web: {
      command: 'bun server.ts',
      port: 3000,
      restartDelay: 0,
      healthCheck: { type: 'http', url: '/health', interval: 200, retries: 1 },
    },
  },
}
