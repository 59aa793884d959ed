import { commandWithSubcommands } from '../shared/subcommands.ts'

export const supervisor = commandWithSubcommands({
  name: 'supervisor',
  summary: 'Show, stop, restart or run the supervisor',
  examples: [
    ['supervisor', 'The supervisor, its memory and CPU, and its number of processes'],
    ['supervisor stop', 'Stop the supervisor; its processes keep running'],
    ['supervisor stop --all', 'Stop every process, then the supervisor'],
    ['supervisor restart', 'Replace the supervisor; processes keep running with their pids'],
    ['supervisor run --logs', 'Start everything and print its output until Ctrl-C, as foreman start does'],
  ],
  fallback: 'status',
  subcommands: [
    {
      name: 'status',
      summary: 'Show the supervisor, its memory and CPU',
      run: async (context) => (await import('./status.ts')).showSupervisor(context),
    },
    {
      name: 'stop',
      summary: 'Stop the supervisor; its processes keep running',
      options: [{ flags: '--all', summary: 'Stop every process first' }],
      run: async (context) => (await import('./stop.ts')).stopSupervisor(context),
    },
    {
      name: 'restart',
      summary: 'Replace the supervisor; processes keep their pids',
      run: async (context) => (await import('./restart.ts')).restartSupervisor(context),
    },
    {
      name: 'run',
      summary: 'Start everything and supervise in the foreground, also in containers and systemd',
      options: [
        {
          flags: '--start <which>',
          summary: 'Start all (default), autostart, none, or wanted: what was up before',
        },
        { flags: '--logs', summary: 'Print the output of the processes' },
      ],
      isEndless: () => true,
      run: async (context) => (await import('./run.ts')).runSupervisor(context),
    },
    {
      name: 'reach',
      summary: 'Bring the supervisor up and tell another host how to reach it',
      isHidden: true,
      run: async (context) => (await import('./reach.ts')).reach(context),
    },
    {
      name: 'relay',
      summary: 'Connect stdin and stdout with the supervisor, for another host',
      isHidden: true,
      isEndless: () => true,
      run: async (context) => (await import('./reach.ts')).relay(context),
    },
  ],
})
