import { byWord } from '../../src/internal.ts'

/** Words of other process managers in the place of a command, with what there is instead. `…` stands for the program. */
const OTHER_COMMANDS: Record<string, string> = byWord({
  '… start --all --config FILE starts what a file declares, … apply restarts only what has changed in it':
    'startOrRestart startOrReload startOrGracefulReload',
  '… reload NAME restarts instances one at a time': 'gracefulReload',
  '… restart NAME restarts a process': 'reload-or-restart',
  '… apply makes what runs match the config': 'add update create daemon-reload',
  '… apply --dry-run shows what has changed in the config': 'reread',
  '… start --all --dry-run checks the config, and shows what would be started': 'check',
  '… list shows all processes': 'avail process',
  '… list --json prints all processes as JSON': 'jlist prettylist slist',
  '… status NAME shows everything about a process': 'describe info inspect id pid',
  '… wait NAME --for running ends with 0 if a process is up, … status NAME shows it': 'is-active',
  '… monitor shows all processes on a full screen': 'dashboard monit imonit',
  '… logs NAME shows the output of a process, and with --follow goes on': 'tail attach fg connect cat',
  '… flush NAME empties its logs': 'clear',
  'it is not needed: logs are rotated by themselves': 'reloadLogs',
  '… remove NAME stops a process and forgets it': 'delete del',
  '… stop --all stops every process, … signal NAME SIGKILL sends a signal, … supervisor stop ends the supervisor alone':
    'kill quit shutdown',
  '… resume NAME lets a paused process go on': 'unpause',
  '… run NAME -- PROGRAM starts a program that no config declares': 'exec serve',
  '… signal NAME SIGNAL sends a signal': 'sendSignal sendsignal trigger',
  '… doctor finds what is wrong, and repairs it with --fix': 'report diagnose',
  '… init writes a first config': 'ecosystem',
  '… --version shows the version': 'version',
  '`watch: true` in the config, or … run --watch, restarts a process when files change': 'watch',
  'it is not needed: every change is saved': 'save dump',
  'it is not needed: the next command after a reboot brings back what ran, and with … boot enable the boot itself':
    'resurrect',
  'it is not needed: a start by hand begins to count anew': 'reset',
  '… boot enable brings processes back after a reboot, … boot disable takes it back':
    'startup unstartup enable disable',
  'there is no deployment here; docs/deploying.md says how to restart after one': 'deploy',
  'nothing is built or fetched here; `command` in the config starts what is installed': 'build pull install images',
  '… status NAME shows what a process was declared with, … apply --dry-run what has changed since': 'config',
})

/** Undefined: nothing is known by this word. */
export function otherCommand(word: string | undefined, program: string): string | undefined {
  if (word === undefined || !Object.hasOwn(OTHER_COMMANDS, word)) return undefined
  return OTHER_COMMANDS[word]?.replaceAll('…', program)
}
