import { planStep } from '../../../src/model/planning/describe-plan.ts'
import { Story } from './story.ts'
import { declared, Team } from './team.ts'

/* What is told in the frozen wording. Words alone: how states and inputs look is known to `story.ts` and `team.ts`. */

const HEALTH = {
  healthCheck: {
    type: 'http' as const,
    url: 'http://localhost:3000/',
    method: 'GET' as const,
    expectedStatus: [],
    headers: {},
    interval: 1000,
    timeout: 1000,
    retries: 2,
    startPeriod: 0,
  },
}
const WATCHED = { watch: { paths: ['**'], ignore: [], debounce: 300, cwd: '/srv' } }
const EVERY_MINUTE = { schedule: '* * * * *' }
const NEVER_AGAIN = { schedule: '0 0 30 2 *' }
const ONCE = { autorestart: false }
const CHILD = { pid: 77, name: 'sh' }
const NGINX = { pid: 812, name: 'nginx' }
/** Of errors that stay, and of those that may pass. */
const LASTING = ['ENOENT', 'EACCES', 'ENOEXEC', 'EPERM', 'E2BIG']
const PASSING = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT']

type Settings = ConstructorParameters<typeof Story>[0]

const starting = (settings?: Settings) => new Story(settings).start().spawned()
const running = (settings?: Settings) => starting(settings).livedLongEnough()
const healthy = (settings: Settings = {}) => starting({ ...HEALTH, ...settings }).check(true, 'HTTP 200')
const ended = (settings?: Settings) => running(settings).exits(1)
const retrying = (settings?: Settings) => ended(settings).gone()
const stopped = () => running().stop().exits(0).gone()
const completed = () => running(ONCE).exits(0).gone()
const crashed = () => running(ONCE).exits(3).gone()
const stuck = () => running().stop().survivedBy(CHILD)
const waiting = () => new Story().waitFor('db')
const scheduled = () => new Story(EVERY_MINUTE).start()
const unhealthy = () => healthy().check(false, 'HTTP 503').check(false, 'HTTP 503')
const stopping = () => running().stop()
const changing = () => running(WATCHED).fileChanges('src/a.ts')
const paused = () => running().pause()
const failed = () => new Story().start().notSpawned('ENOENT')

/** Each of the thirteen states, as a story that has just come to it. */
const STATES: Record<string, () => Story> = {
  stopped,
  'never started': () => new Story(),
  completed,
  crashed,
  failed,
  'failed with survivors': stuck,
  waiting,
  scheduled,
  backoff: retrying,
  spawning: () => new Story().start(),
  starting,
  running,
  paused,
  stopping,
  'stopping to restart': () => running().restart(),
  'stopping for a changed file': changing,
  cleanup: ended,
  'cleanup of an unhealthy run': unhealthy,
}

function forEach<Value>(values: Record<string, Value>, name: (key: string) => string, tell: (value: Value) => Story) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), () => tell(value).told()]))
}

function asKeys<Key extends string>(keys: readonly Key[]): Record<Key, Key> {
  return Object.fromEntries(keys.map((key) => [key, key])) as Record<Key, Key>
}

const RUNS = {
  'a start, a stop, a start': () => running().stop().exits(0).gone().start().spawned().livedLongEnough().told(),
  'a start of what runs': () => running().start().told(),
  'a start of what is starting': () => starting().start().livedLongEnough().told(),
  'a restart': () => running().restart().killedBy('SIGTERM').gone().spawned().livedLongEnough().told(),
  'a restart of what rests': () => new Story().restart().spawned().livedLongEnough().told(),
  'a restart and then a stop': () => running().restart().stop().gone().told(),
  'a restart while it starts': () => starting().restart().gone().spawned().livedLongEnough().told(),
  'a stop before the spawn is through': () => new Story().start().stop().spawned().gone().told(),
  'a stop of what is starting': () => starting().stop().killedBy('SIGTERM').gone().told(),
  'a stop of what rests': () => stopped().stop().told(),
  'a stop and then a start': () => stopping().start().killedBy('SIGKILL').gone().spawned().livedLongEnough().told(),
  'two stops': () => stopping().stop().vanishes().gone().told(),
  'a stop that finds the run dead': () => stopping().gone().told(),
  'it says that it is ready': () => starting({ ipc: true }).saysReady().told(),
  'it lasts less than a second': () => running().after(-1988).exits(1).gone().told(),
  'it lasts a few seconds': () => running().after(1234).exits(1).gone().told(),
  'it lasts minutes': () => running().after(240_000).exits(1).gone().told(),
  'it is killed': () => running().killedBy('SIGKILL').gone().told(),
  'nobody saw how it ended': () => running().vanishes().gone().told(),
  'it ends with 0 and is started again': () => running().exits(0).gone().tries().spawned().livedLongEnough().told(),
  'it is started again at once': () => running({ restartDelay: 0 }).exits(1).gone().spawned().livedLongEnough().told(),
  'it crashes before it is ready': () => starting().exits(7).gone().told(),
  'it crashes again and again': () =>
    retrying()
      .tries()
      .spawned()
      .exits(1)
      .gone()
      .tries()
      .spawned()
      .exits(1)
      .gone()
      .tries()
      .spawned()
      .exits(1)
      .gone()
      .told(),
  'it gives up after one restart': () =>
    retrying({ maxRestarts: 1 }).tries().spawned().killedBy('SIGSEGV').gone().told(),
  'it gives up at once': () => retrying({ maxRestarts: 0 }).told(),
  'it is started after it gave up': () => retrying({ maxRestarts: 0 }).start().spawned().livedLongEnough().told(),
  'it is stopped after it gave up': () => retrying({ maxRestarts: 0 }).stop().told(),
  'it is stable for long between two failures': () =>
    retrying().tries().spawned().livedLongEnough().after(60_000).exits(1).gone().told(),
  'it crashes soon after a signal': () =>
    running().signalled('SIGUSR1').signalled('SIGHUP').killedBy('SIGHUP').gone().told(),
  'it crashes long after a signal': () => running().signalled('SIGHUP').after(20_000).exits(1).gone().told(),
  'it crashes without another try': () => crashed().told(),
  'it is killed without another try': () => running(ONCE).killedBy('SIGKILL').gone().told(),
  'nobody saw its end and there is no other try': () => running(ONCE).vanishes().gone().told(),
  'it crashes before it is ready, without another try': () => starting(ONCE).exits(3).gone().told(),
  'a one-off completes': () => completed().told(),
  'a one-off completes before it is ready': () => starting(ONCE).exits(0).gone().told(),
  'it completes where only failures are tried again': () =>
    running({ autorestart: 'on-failure' }).exits(0).gone().told(),
  'it fails where only failures are tried again': () => running({ autorestart: 'on-failure' }).exits(2).gone().told(),
  'it ends with a code that means done': () =>
    running({ stopExitCodes: [0, 42] })
      .exits(42)
      .gone()
      .told(),
  'it ends with 0, which means done': () =>
    starting({ stopExitCodes: [0, 42] })
      .exits(0)
      .gone()
      .told(),
  'it is stopped while it is cleaned up': () => ended().stop().gone().told(),
  'it is started while it is cleaned up': () => ended().start().gone().spawned().livedLongEnough().told(),
  'it is restarted while it is cleaned up': () => ended().restart().gone().spawned().livedLongEnough().told(),
  'it is started and stopped while it is cleaned up': () => ended().start().stop().gone().told(),
  'it is stopped while it waits for its next try': () => retrying().stop().told(),
  'it is started while it waits for its next try': () => retrying().start().spawned().livedLongEnough().told(),
  'it is stopped where it had crashed': () => crashed().stop().told(),
  'it is started where it had crashed': () => crashed().start().spawned().livedLongEnough().told(),
}

const SURVIVORS = {
  'a stop leaves a survivor': () => stuck().told(),
  'a stop leaves several survivors': () => running().stop().survivedBy(CHILD, NGINX).told(),
  'a restart leaves a survivor': () => running().restart().survivedBy(CHILD).told(),
  'a crash leaves a survivor': () => ended().survivedBy(CHILD).told(),
  'survivors are stopped again': () => stuck().stop().gone().told(),
  'survivors are stopped again in vain': () => stuck().stop().survivedBy(CHILD).told(),
  'survivors are ended before the next run': () => stuck().start().gone().spawned().livedLongEnough().told(),
  'survivors keep the next run from being spawned': () => stuck().start().survivedBy(CHILD).told(),
  'a stop while survivors are ended': () => stuck().start().stop().gone().told(),
  'a stop of one that waits and has survivors': () => stuck().waitFor('db').stop().gone().told(),
}

const SPAWNS = {
  ...forEach(
    asKeys(PASSING),
    (code) => `a next try cannot be spawned, with ${code}`,
    (code) => retrying().tries().notSpawned(code),
  ),
  'no automatic port is free for a next try': () => retrying().tries().noFreePort().told(),
  ...forEach(
    asKeys(LASTING),
    (code) => `a spawn fails with ${code}`,
    (code) => new Story().start().notSpawned(code),
  ),
  'a spawn fails in words of the system': () =>
    new Story().start().notSpawned('ELOOP', 'ELOOP: too many symbolic links, open /srv/.tuix/logs/web.out.log').told(),
  'a port is taken': () => new Story().start().portTaken(3000, NGINX, false).told(),
  'a port is taken by another user': () => new Story().start().portTaken(3000, null, false).told(),
  'a restart waits for its port': () => retrying().tries().portBusy(3000, NGINX).portBusy(3000, NGINX).spawned().told(),
  'a restart waits for a port of another user': () => retrying().tries().portBusy(3000, null).spawned().told(),
  'a start by hand waits for its port': () =>
    stopped().start().portBusy(3000, NGINX).spawned().livedLongEnough().told(),
  'a port is still taken when a restart has waited for it': () =>
    retrying().tries().portBusy(3000, NGINX).portTaken(3000, NGINX, true).told(),
  'a port is still taken by another user': () =>
    retrying().tries().portBusy(3000, null).portTaken(3000, null, true).told(),
  'a stop while it waits for its port': () => retrying().tries().portBusy(3000, NGINX).stop().gone().told(),
  'a restart while it waits for its port': () =>
    retrying().tries().portBusy(3000, NGINX).restart().gone().spawned().told(),
  'a spawn that failed is tried again and works': () =>
    retrying().tries().notSpawned('EAGAIN').tries().spawned().livedLongEnough().told(),
  'a start after a spawn that failed': () => failed().start().spawned().livedLongEnough().told(),
  'a stop after a spawn that failed': () => failed().stop().told(),
}

const CHECKS = {
  'it becomes healthy': () => starting(HEALTH).check(false, 'connection refused').check(true, 'HTTP 200').told(),
  'it becomes unhealthy': () =>
    healthy().check(false, 'HTTP 503, expected 200 to 399').check(false, 'no answer within 5 s').gone().told(),
  'it becomes unhealthy and crashes before it is cleaned up': () =>
    healthy().check(false, 'HTTP 503').check(false, 'HTTP 503').exits(1).gone().told(),
  'it is never healthy': () =>
    starting(HEALTH)
      .check(false, 'connection refused')
      .check(false, 'connection refused')
      .check(false, 'connection refused')
      .told(),
  'it becomes unhealthy, is shown so, and recovers': () =>
    healthy({ onUnhealthy: 'none' }).check(false, 'HTTP 503').check(false, 'HTTP 503').check(true, 'HTTP 200').told(),
  'it gives up as unhealthy': () =>
    healthy({ maxRestarts: 0 }).check(false, 'HTTP 503').check(false, 'HTTP 503').gone().told(),
  'it gives up as unhealthy before it was ready': () =>
    starting({ ...HEALTH, maxRestarts: 0 })
      .check(false, 'HTTP 503')
      .check(false, 'HTTP 503')
      .check(false, 'HTTP 503')
      .gone()
      .told(),
  'a one-off becomes unhealthy': () => healthy(ONCE).check(false, 'HTTP 503').check(false, 'HTTP 503').gone().told(),
  'it is stopped while an unhealthy run is cleaned up': () =>
    healthy().check(false, 'HTTP 503').check(false, 'HTTP 503').stop().gone().told(),
  'it is not healthy in time': () => starting(HEALTH).check(false, 'connection refused').notReadyInTime().gone().told(),
  'it is not healthy in time and no check was through': () => starting(HEALTH).notReadyInTime().gone().told(),
  'it is not healthy within minutes': () =>
    starting({ ...HEALTH, startTimeout: 180_000 })
      .check(false, 'connection refused')
      .notReadyInTime()
      .gone()
      .told(),
  'it does not say in time that it is ready': () =>
    starting({ ipc: true, startTimeout: 2500 }).notReadyInTime().gone().told(),
  'it gives up as not ready': () => starting({ ipc: true, maxRestarts: 0 }).notReadyInTime().gone().told(),
  'it is tried again after it was not healthy in time': () =>
    starting(HEALTH).check(false, 'HTTP 500').notReadyInTime().gone().tries().spawned().check(true, 'HTTP 200').told(),
}

const LIMITS = {
  'it uses too much memory': () => running().usesMemory(611.2, 512).gone().told(),
  'it uses too much memory, with a heap snapshot': () =>
    running().usesMemory(611.2, 512, { file: '/srv/.tuix/logs/web.20260101.120000.4001.heapsnapshot' }).gone().told(),
  ...forEach(
    asKeys([
      'no heap snapshot: they are available on Linux only',
      'no heap snapshot: no Node program of it can write one',
      'no heap snapshot: it ended meanwhile',
      'no heap snapshot: none was written within 60 s',
      'no heap snapshot: EACCES: permission denied, scandir /srv',
    ]),
    (detail) => `it uses too much memory, ${detail}`,
    (detail) => running().usesMemory(611.2, 512, { detail }).gone(),
  ),
  'it uses too much memory before it is ready': () => starting().usesMemory(611.2, 512).gone().told(),
  'it uses too much of the processor': () => running().usesCpu(180.5, 150).gone().told(),
  'it gives up as too large': () => running({ maxRestarts: 0 }).usesMemory(611.2, 512).gone().told(),
  'it gives up as too busy': () => running({ maxRestarts: 0 }).usesCpu(180.5, 150).gone().told(),
}

const PAUSES = {
  'a pause': () => paused().resume().told(),
  'a pause of what is starting': () => starting().pause().told(),
  'a pause of what is paused': () => paused().pause().told(),
  'a resume of what runs': () => running().resume().told(),
  'a pause, and the run is killed': () => paused().killedBy('SIGKILL').gone().told(),
  'a pause, and its health check fails': () =>
    healthy().pause().check(false, 'no answer').check(false, 'no answer').resume().check(true, 'HTTP 200').told(),
  'a pause, a stop': () => paused().stop().exits(0).gone().told(),
  'a pause of what was rebuilt': () => Story.rebuilt().pause().resume().told(),
}

const FILES = {
  'a file changes': () => changing().exits(0).gone().spawned().livedLongEnough().told(),
  'several files change': () => running(WATCHED).fileChanges('src/a.ts', 3).exits(0).gone().spawned().told(),
  'a file changes while it starts': () => starting(WATCHED).fileChanges('src/a.ts').gone().spawned().told(),
  'a stop while it stops for a changed file': () => changing().stop().gone().told(),
  'a restart while it stops for a changed file': () => changing().restart().gone().spawned().livedLongEnough().told(),
  'a start while it stops for a changed file': () => changing().start().gone().spawned().livedLongEnough().told(),
  'a changed file leaves a survivor': () => changing().survivedBy(CHILD).told(),
  'it changes a watched file itself': () => {
    const story = running(WATCHED)
    for (let round = 0; round < 3; round++) story.fileChanges('data.json').gone().spawned().livedLongEnough()
    return story.fileChanges('data.json').fileChanges('data.json').told()
  },
}

const WAITING = {
  'it waits for a dependency': () => waiting().start().spawned().livedLongEnough().told(),
  'it waits for one after the other': () => waiting().waitFor('queue').start().told(),
  'it is stopped while it waits for a dependency': () => waiting().stop().told(),
  'it is restarted while it waits for a dependency': () => waiting().restart().spawned().told(),
  'its dependency fails': () =>
    waiting().dependencyFailed('db', 'exited with 1 after 12 ms, before it was ready').told(),
  'its dependency does not complete': () => waiting().dependencyIncomplete('migrate', 'exited with 1 after 3 s').told(),
  'its dependency was stopped': () => waiting().dependencyIncomplete('migrate', 'stopped').told(),
  'its program is missing when its dependency is there': () =>
    waiting().refused('process `web`: command `nginx` was not found or is not executable (looked in /usr/bin)').told(),
  'it is started after its dependency had failed': () =>
    waiting().dependencyFailed('db', 'could not be started').start().spawned().livedLongEnough().told(),
  'it waits again after its dependency had failed': () =>
    waiting().dependencyFailed('db', 'could not be started').waitFor('db').told(),
}

const SCHEDULES = {
  'it is scheduled': () => scheduled().tries().spawned().livedLongEnough().exits(0).gone().told(),
  'a scheduled run fails': () => scheduled().tries().spawned().exits(1).gone().told(),
  'a scheduled run cannot be spawned': () => scheduled().tries().notSpawned('EAGAIN').told(),
  'a scheduled run has no program': () => scheduled().tries().notSpawned('ENOENT').told(),
  'a scheduled run is stopped': () => scheduled().tries().spawned().stop().gone().told(),
  'a scheduled run is restarted': () => scheduled().tries().spawned().restart().gone().told(),
  'it is stopped while it waits for its time': () => scheduled().stop().told(),
  'it is started while it waits for its time': () => scheduled().start().told(),
  'its schedule is over when it is started': () => new Story(NEVER_AGAIN).start().told(),
  'a scheduled run is unhealthy': () =>
    new Story({ ...HEALTH, ...EVERY_MINUTE })
      .start()
      .tries()
      .spawned()
      .check(false, 'HTTP 503')
      .notReadyInTime()
      .gone()
      .told(),
}

const RECOVERY = {
  ...forEach(
    STATES,
    (state) => `${state}: the next supervisor finds nothing of it`,
    (story) => story().fromHere().recovered({}),
  ),
  ...forEach(
    STATES,
    (state) => `${state}: the next supervisor finds leftovers, and ends them`,
    (story) => story().fromHere().recovered({ leftovers: true }).gone(),
  ),
  ...forEach(
    STATES,
    (state) => `${state}: the next supervisor finds a newer run`,
    (story) => story().fromHere().recovered({ leader: 'newer' }),
  ),
  ...forEach(
    { starting, running, paused, stopping, cleanup: ended, 'stopping for a changed file': changing },
    (state) => `${state}: the next supervisor finds it alive`,
    (story) => story().fromHere().recovered({ leader: 'alive' }),
  ),
  ...forEach(
    { spawning: () => new Story().start(), starting, running, cleanup: ended, backoff: retrying, waiting },
    (state) => `${state}: the next supervisor finds nothing, and what follows`,
    (story) => story().fromHere().recovered({}).gone(),
  ),
  'cleanup of an unhealthy run: the next supervisor finds it alive': () =>
    unhealthy().fromHere().recovered({ leader: 'alive' }).told(),
  'cleanup with an order to stop: the next supervisor finds it alive': () =>
    unhealthy().stop().fromHere().recovered({ leader: 'alive' }).gone().told(),
  'starting without another try: the next supervisor finds nothing of it': () =>
    starting(ONCE).fromHere().recovered({}).gone().told(),
  'stopping to restart: the next supervisor finds it alive': () =>
    running().restart().fromHere().recovered({ leader: 'alive' }).gone().told(),
  'waiting for a port: the next supervisor finds it alive': () =>
    retrying().tries().portBusy(3000, NGINX).fromHere().recovered({ leader: 'alive' }).livedLongEnough().told(),
  'waiting for a port: the next supervisor finds nothing of it': () =>
    retrying().tries().portBusy(3000, NGINX).fromHere().recovered({}).gone().told(),
  'cleanup with an order to start: the next supervisor finds nothing of it': () =>
    ended().start().fromHere().recovered({}).gone().told(),
  'leftovers of one that rests cannot be ended': () =>
    stopped().recovered({ leftovers: true }).survivedBy(CHILD).told(),
  'an adopted run becomes ready': () => starting().recovered({ leader: 'alive' }).livedLongEnough().told(),
  'an adopted run ends': () => running().recovered({ leader: 'alive' }).vanishes().gone().told(),
  'an adopted run is stopped': () => running().recovered({ leader: 'alive' }).stop().vanishes().gone().told(),
  'an adopted run is replaced': () =>
    running().recovered({ leader: 'alive' }).restart().gone().spawned().livedLongEnough().told(),
  'an adopted run that had a health check becomes healthy': () =>
    starting(HEALTH).recovered({ leader: 'alive' }).check(true, 'HTTP 200').told(),
  'rebuilt from what runs': () => Story.rebuilt().told(),
  'rebuilt from what runs, and stopped': () => Story.rebuilt().stop().vanishes().gone().told(),
  'rebuilt from what runs, and restarted': () => Story.rebuilt().restart().gone().spawned().livedLongEnough().told(),
  'rebuilt from what runs, and recovered again': () => Story.rebuilt().recovered({ leader: 'alive' }).told(),
  'rebuilt from what runs, and dead': () => Story.rebuilt().vanishes().gone().told(),
  'an instance that was down when the state was lost': () => Story.lost().told(),
  'an instance that was down when the state was lost is started': () =>
    Story.lost().start().spawned().livedLongEnough().told(),
}

const { stopping: _, ...OTHERS } = STATES

const REBOOT = forEach(
  OTHERS,
  (state) => `${state}: the machine was booted`,
  (story) => story().fromHere().recovered({ rebooted: true }),
)

/* Sentences that tell less than they could, and may be mended; nothing else of the frozen wording may. */
const ROUGH = {
  ...forEach(
    asKeys(PASSING),
    (code) => `rough: a spawn fails with ${code}`,
    (code) => new Story().start().notSpawned(code),
  ),
  'rough: a spawn fails for a passing reason until it gives up': () =>
    new Story({ maxRestarts: 1 }).start().notSpawned('EAGAIN').tries().notSpawned('EAGAIN').told(),
  'rough: no automatic port is free': () => new Story().start().noFreePort().told(),
  'rough: a spawn fails for a passing reason, without another try': () =>
    new Story(ONCE).start().notSpawned('EAGAIN').told(),
  'rough: a port is still taken when it gives up': () =>
    retrying({ maxRestarts: 1 }).tries().portTaken(3000, NGINX, true).told(),
  'rough: a restart by hand finds its port taken': () =>
    stopped().restart().portBusy(3000, NGINX).portTaken(3000, NGINX, true).told(),
  'rough: stopping: the machine was booted': () => stopping().fromHere().recovered({ rebooted: true }).told(),
  'rough: leftovers of one that rests are being ended when the machine is booted': () =>
    stopped().recovered({ leftovers: true }).recovered({ rebooted: true }).told(),
  'rough: waiting, with leftovers': () => waiting().recovered({ leftovers: true }).gone().told(),
}

const db = declared('db')
const web = declared('web', { dependsOn: ['db'] })
const after = (condition: 'started' | 'completed') => declared('web', { dependsOn: { db: condition } })
const migrate = declared('db', { autorestart: false })
const alone = declared('web')

async function team(
  tell: (team: Team) => Promise<void>,
  fates?: ConstructorParameters<typeof Team>[0],
): Promise<string[]> {
  const one = new Team(fates)
  await tell(one)
  return one.told()
}

const COMMANDS: Record<string, () => Promise<string[]>> = {
  'start, again, restart, stop, again': () =>
    team(async (it) => {
      await it.does('start', { processes: [alone], names: ['web'] })
      await it.does('start', { names: ['web'] })
      await it.does('restart', { names: ['web'] })
      await it.does('stop', { names: ['web'] })
      await it.does('stop', { names: ['web'] })
    }),
  'start with a dependency': () => team((it) => it.does('start', { processes: [db, web], names: ['web'] })),
  'start with a dependency that runs already': () =>
    team(async (it) => {
      await it.does('start', { processes: [db, web], names: ['db'] })
      await it.does('start', { names: ['web'] })
    }),
  'start without waiting': () =>
    team(async (it) => {
      await it.does('start', { processes: [db, web], all: true, wait: false })
      await it.does('start', { all: true })
      await it.does('start', { all: true, wait: false })
    }),
  'start with a dependency that crashes': () =>
    team((it) => it.does('start', { processes: [declared('db', { startTimeout: 500 }), web], names: ['web'] }), {
      db: { exits: 1 },
    }),
  'start with a dependency that cannot be spawned': () =>
    team((it) => it.does('start', { processes: [db, web], all: true }), {
      db: { notSpawned: 'could not be started: the system allows no more processes' },
    }),
  'start with a dependency whose program is missing': () =>
    team((it) => it.does('start', { processes: [declared('db', { command: 'postgres' }), web], all: true })),
  'start with a dependency whose folder is missing, not waiting': () =>
    team((it) =>
      it.does('start', { processes: [declared('db', { cwd: '/none' }), after('started')], all: true, wait: false }),
    ),
  'start with a dependency that only has to be started, and cannot be': () =>
    team((it) =>
      it.does('start', { processes: [declared('db', { command: 'postgres' }), after('started')], all: true }),
    ),
  'start with a dependency that completes': () =>
    team((it) => it.does('start', { processes: [migrate, after('completed')], all: true }), { db: { exits: 0 } }),
  'start with a dependency that fails before it completes': () =>
    team((it) => it.does('start', { processes: [migrate, after('completed')], all: true }), { db: { exits: 3 } }),
  'start with a dependency that fails when it had been ready': () =>
    team((it) => it.does('start', { processes: [{ ...migrate, minUptime: 20 }, after('completed')], all: true }), {
      db: { exits: 3 },
    }),
  'start with a dependency that completes with another code than 0': () =>
    team(
      (it) =>
        it.does('start', {
          processes: [{ ...migrate, minUptime: 20, stopExitCodes: [3] }, after('completed')],
          all: true,
        }),
      { db: { exits: 3 } },
    ),
  'start with a dependency that is stopped before it completes': () =>
    team(async (it) => {
      const answer = it.orders('start', { processes: [migrate, after('completed')], all: true, timeout: 5000 })
      await it.begun()
      await it.does('stop', { names: ['db'] })
      await answer()
    }),
  'start with a dependency that fails for good': () =>
    team(
      (it) =>
        it.does('start', { processes: [{ ...db, minUptime: 20, maxRestarts: 1 }, after('completed')], all: true }),
      {
        db: { exits: 3 },
      },
    ),
  'start, and a stop of what waits': () =>
    team(async (it) => {
      const answer = it.orders('start', { processes: [db, web], all: true })
      await it.begun()
      await it.does('stop', { names: ['web'] })
      await answer()
    }),
  'start that takes too long': () =>
    team((it) => it.does('start', { processes: [db, web], all: true, timeout: 1000 }), { db: 'hangs' }),
  'stop that takes too long': () =>
    team(async (it) => {
      await it.does('start', { processes: [db, web], all: true })
      await it.does('stop', { names: ['db', 'web'], timeout: 20 })
    }),
  'stop that leaves a survivor, and a removal': () =>
    team(
      async (it) => {
        await it.does('start', { processes: [alone], all: true })
        await it.does('stop', { all: true })
        await it.does('remove', { all: true })
      },
      { web: { survivedBy: CHILD } },
    ),
  'names that there are not': () =>
    team(async (it) => {
      await it.does('stop', { names: ['web'] })
      await it.does('start', { processes: [db, alone], all: true })
      await it.does('start', { names: ['wbe'] })
      await it.does('stop', { names: ['queue'] })
      await it.does('remove', { names: ['queue', 'web'] })
      await it.does('flush', { names: ['queue'] })
      await it.does('signal', { names: ['queue'], signal: 'SIGHUP' })
      await it.does('stop', { group: 'api' })
      await it.does('stop', {})
      await it.does('scale', { scale: { queue: 2 } })
    }),
  'remove, with logs and without': () =>
    team(async (it) => {
      await it.does('start', { processes: [db, alone, declared('queue')], all: true })
      await it.does('remove', { names: ['db'] })
      await it.does('remove', { names: ['web'], logs: true })
      it.logs = new Error('EACCES: permission denied, unlink /logs/out.log')
      await it.does('remove', { names: ['queue'], logs: true })
    }),
  'remove, and a start meanwhile': () =>
    team(async (it) => {
      await it.does('start', { processes: [alone], all: true })
      const answer = it.orders('remove', { names: ['web'] })
      await it.does('start', { names: ['web'] })
      await answer()
    }),
  flush: () =>
    team(async (it) => {
      await it.does('start', { processes: [alone], all: true })
      await it.does('flush', { all: true })
      it.logs = 99_999
      await it.does('flush', { all: true })
      it.logs = 12_345_678
      await it.does('flush', { all: true })
      it.logs = new Error('EACCES: permission denied, open /logs/out.log')
      await it.does('flush', { all: true })
    }),
  'apply, changed and unchanged': () =>
    team(async (it) => {
      const source = '/srv/processes.json'
      await it.does('apply', { processes: [db, alone, declared('queue')], source })
      await it.does('apply', { processes: [db, declared('web', { env: { LEVEL: '1' }, maxRestarts: 4 })], source })
      await it.does('stop', { names: ['db'] })
      await it.does('apply', { processes: [db, declared('web', { command: 'nginx' })], source })
    }),
  'scale, up and down, and a start that was declared with fewer': () =>
    team(async (it) => {
      await it.does('start', { processes: [alone], all: true })
      await it.does('scale', { processes: [alone], scale: { web: 2 } })
      await it.does('scale', { processes: [alone], scale: { web: 1 } })
      await it.does('start', { processes: [{ ...alone, instances: 2 }], all: true })
      await it.does('start', { processes: [{ ...alone, instances: 1 }], all: true })
    }),
  reload: () =>
    team(async (it) => {
      await it.does('start', { processes: [alone, db], all: true })
      await it.does('reload', { processes: [{ ...alone, command: 'nginx' }, db], names: ['web', 'db'] })
      await it.does('reload', { names: ['web', 'db'] })
    }),
  'scheduled, and started': () =>
    team((it) => it.does('start', { processes: [declared('web', { schedule: '* * * * *' })], all: true })),
  'a schedule with an end': () =>
    team((it) => it.does('start', { processes: [declared('web', { schedule: '0 0 30 2 *' })] })),
  'circles are refused': () =>
    team((it) => it.does('start', { processes: [declared('db', { dependsOn: ['web'] }), web], all: true })),
}

/** The pid of what gets the signal is that of the test, so it is taken out. */
const PAUSING: Record<string, () => Promise<string[]>> = {
  'pause, again, start, resume, again': () =>
    team(async (it) => {
      await it.does('start', { processes: [alone], names: ['web'] })
      await it.does('pause', { names: ['web'] })
      await it.does('pause', { names: ['web'] })
      await it.does('start', { names: ['web'] })
      await it.does('resume', { names: ['web'] })
      await it.does('resume', { names: ['web'] })
    }),
  'pause of what starts, what rests and what is not there': () =>
    team(async (it) => {
      await it.does('start', { processes: [alone, db], names: ['web'], wait: false })
      await it.does('pause', { names: ['web', 'db', 'wbe'] })
      await it.does('resume', { names: ['web', 'db', 'wbe'] })
    }),
  'start with a dependency that is paused': () =>
    team(async (it) => {
      await it.does('start', { processes: [db, web], names: ['db'] })
      await it.does('pause', { names: ['db'] })
      await it.does('start', { names: ['web'] })
    }),
}

const SIGNALS: Record<string, () => Promise<string[]>> = {
  'signals, to what runs and what does not': async () => {
    const lines = await team(
      async (it) => {
        await it.does('start', { processes: [alone, db], names: ['web'] })
        await it.does('signal', { names: ['web', 'db'], signal: 'SIGCONT' })
      },
      { web: 'is this process' },
    )
    return lines.map((line) => line.replace(/\bpid( |":)\d+/g, 'pid$1PID'))
  },
}

const PLANS = {
  'steps of a plan': () => {
    const step = (action: 'keep' | 'start' | 'restart' | 'stop' | 'remove', ...changes: string[]) =>
      `${action}: ${planStep({ action, changes }) ?? '(what the process says)'}`
    return [
      step('keep'),
      step('start'),
      step('restart', 'env.PORT'),
      step('restart', 'env.PORT', 'command', 'maxRestarts'),
      step('stop'),
      step('remove'),
      planStep({ action: 'remove', changes: [] }) ?? '',
    ]
  },
}

export const SCENARIOS: Record<string, () => string[] | Promise<string[]>> = {
  ...RUNS,
  ...SURVIVORS,
  ...SPAWNS,
  ...CHECKS,
  ...LIMITS,
  ...PAUSES,
  ...FILES,
  ...WAITING,
  ...SCHEDULES,
  ...forEach(
    STATES,
    (state) => `${state}: as it is`,
    (story) => story(),
  ),
  ...forEach(
    STATES,
    (state) => `${state}: a start`,
    (story) => story().fromHere().start(),
  ),
  ...forEach(
    STATES,
    (state) => `${state}: a restart`,
    (story) => story().fromHere().restart(),
  ),
  ...forEach(
    STATES,
    (state) => `${state}: a stop`,
    (story) => story().fromHere().stop(),
  ),
  ...forEach(
    STATES,
    (state) => `${state}: a start that waits`,
    (story) => story().fromHere().waitFor('db'),
  ),
  ...RECOVERY,
  ...REBOOT,
  ...ROUGH,
  ...COMMANDS,
  ...PAUSING,
  ...SIGNALS,
  ...PLANS,
}
