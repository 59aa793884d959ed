// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts in which others would replace something.
import type { ProcessConfig } from '../../../src/model/config/config.ts'

/** A project with something of everything that several formats carry over. */
export const PROJECT: ProcessConfig[] = [
  {
    name: 'db',
    command: 'redis-server --port 6379',
    port: 6379,
    healthCheck: { type: 'tcp', interval: '5s' },
    maxMemory: 256,
    maxCpu: 150,
    deploy: { image: 'redis:7', constraints: ['node.labels.disk == ssd'] },
  },
  { name: 'migrate', command: 'node migrate.mjs && echo "done $HOME"', dependsOn: ['db'] },
  {
    name: 'web',
    group: 'app',
    command: 'node server.mjs',
    port: 3000,
    env: {
      CACHE: 'redis://localhost:6379',
      LITERAL: '$(HOME) ${HOME} $$ $5 %{x} {{y}}',
      OTHER: 'http://localhost:9999',
    },
    dependsOn: { db: 'healthy', migrate: 'completed' },
    healthCheck: { type: 'http', url: '/health?full=1', headers: { 'X-From': 'probe' }, timeout: 1500, retries: 0 },
    stopSignal: 'SIGINT',
    stopTimeout: 7500,
    stopCommand: 'kill -USR1 $TUIX_PID; sleep 1',
    deploy: {
      image: 'shop:1',
      replicas: 3,
      update: { parallelism: 2, order: 'stop-first', monitor: '10s' },
      secrets: ['tls-key', { name: 'license', file: '/etc/license' }],
    },
  },
  {
    name: 'worker',
    command: 'bun worker.ts',
    instances: 2,
    instanceVariable: { name: 'SHARD', from: 0 },
    port: 'auto',
    env: { WEB_URL: 'http://127.0.0.1:3000/jobs', API_TOKEN: 'abcdefgh' },
    healthCheck: { type: 'exec', command: 'test -f /tmp/ok' },
    onUnhealthy: 'none',
    maxCpu: 200,
  },
  { name: 'report', command: 'node report.mjs', schedule: '*/15 3 * * 1-5', timezone: 'Europe/Berlin' },
]
