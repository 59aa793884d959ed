import { commandWithSubcommands } from '../shared/subcommands.ts'

const PORTS = [
  { flags: '--port <port>', summary: 'Port for HTTP (default: 1355)' },
  { flags: '--https <port>', summary: 'Port for HTTPS, or off (default: 8443)' },
]

export const proxy = commandWithSubcommands({
  name: 'proxy',
  summary: 'Reach processes by name: http://web.shop.localhost:1355',
  examples: [
    ['proxy start', 'Start the proxy of this user, for all projects'],
    ['proxy', 'Whether it runs, and the addresses of all projects'],
    ['proxy start --port 80 --https 443', 'Names without a port, where the system allows such ports'],
    ['proxy stop', 'Stop it; no process is touched'],
    ['proxy trust', 'HTTPS without a warning: https://web.shop.localhost:8443'],
  ],
  fallback: 'status',
  subcommands: [
    {
      name: 'status',
      summary: 'Show whether it runs, and the addresses of all projects',
      run: async (context) => (await import('./status.ts')).showProxy(context),
    },
    {
      name: 'start',
      summary: 'Start it, or restart it with other ports',
      options: PORTS,
      run: async (context) => (await import('./start.ts')).start(context),
    },
    {
      name: 'stop',
      summary: 'Stop it; no process is touched',
      run: async (context) => (await import('./start.ts')).stop(context),
    },
    {
      name: 'trust',
      summary: 'Let browsers and other programs of this machine believe its certificates',
      run: async (context) => (await import('./trust.ts')).trust(context),
    },
    {
      name: 'untrust',
      summary: 'Take that back, and delete the key that they are made with',
      run: async (context) => (await import('./trust.ts')).untrust(context),
    },
    {
      name: 'run',
      summary: 'Pass requests on until it is interrupted',
      isHidden: true,
      options: PORTS,
      isEndless: () => true,
      run: async (context) => (await import('./run.ts')).run(context),
    },
  ],
})
