// tuix.config.ts
export default defineConfig({
  processManager: {
    tuixDir: '.tuix',
    autoRestart: true,
    maxRestarts: 5,
    processes: [
      {
        name: 'web-server',
        command: 'bun run server.ts',
        autostart: true,
        env: { PORT: '3000' }
      }
    ]
  }
})
