import { defineConfig } from 'tuix-process-manager/config'

const port = process.env.PORT ?? '3210'

export default defineConfig({
  processManager: {
    tuixDir: '.tuix',
    autoRestart: true,
    maxRestarts: 5,
    processes: [
      { name: 'web', group: 'app', command: 'node server.mjs', env: { PORT: port } },
      {
        name: 'worker',
        group: 'app',
        command: 'node worker.mjs',
        env: { SERVER_URL: `http://127.0.0.1:${port}` },
        restartDelay: 500,
      },
    ],
  },
})
