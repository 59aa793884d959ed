import type { Control } from '../protocol/operations.ts'
import { listCrashes, readCrash } from '../storage/crashes.ts'
import { apply } from './actions/apply.ts'
import { remove, stop } from './actions/end.ts'
import { flush } from './actions/flush.ts'
import { pause, resume } from './actions/pause.ts'
import { plan } from './actions/plan.ts'
import { reload } from './actions/reload.ts'
import { scale } from './actions/scale.ts'
import { send } from './actions/send.ts'
import { signal } from './actions/signal.ts'
import { restart, start } from './actions/start.ts'
import type { SupervisorContext } from './context.ts'
import { EventInspector } from './inspect/event-inspector.ts'
import { Inspector } from './inspect/inspector.ts'
import { LogInspector } from './inspect/log-inspector.ts'

/** All operations of a supervisor, in process. `OPERATIONS` describes each. */
export function createOperations(context: SupervisorContext): Control {
  const inspector = new Inspector(context)
  const logs = new LogInspector(context)
  const events = new EventInspector(context)
  const operations: Control = {
    info: async () => context.info,
    list: (input) => inspector.list(input),
    status: (input) => inspector.status(input),
    stats: (input) => inspector.stats(input),
    tree: (input) => inspector.tree(input),
    trees: (input) => inspector.trees(input),
    start: (request) => start(context, request),
    stop: (request) => stop(context, request),
    restart: (request) => restart(context, request),
    reload: (request) => reload(context, request),
    apply: (request) => apply(context, request),
    scale: (request) => scale(context, request),
    remove: (request) => remove(context, request),
    flush: (request) => flush(context, request),
    pause: (request) => pause(context, request),
    resume: (request) => resume(context, request),
    signal: (request) => signal(context, request),
    send: (request) => send(context, request),
    async release() {
      context.releaseAsked.emit()
      return { released: true }
    },
    events(_, signal, listening) {
      const fromNow = context.events.iterate(signal)
      listening?.()
      return fromNow
    },
    history: (request) => events.history(request),
    followHistory: (request, signal, listening) => events.follow(request, signal, listening),
    plan: (request) => plan(context, request),
    logs: (request) => logs.page(request),
    followLogs: (request, signal, listening) => logs.follow(request, signal, listening),
    crashes: async ({ name }) => listCrashes(context.tuixDir, name),
    crash: async ({ id }) => readCrash(context.tuixDir, id),
    alerts: () => context.alerts.info(),
    setAlerts: (settings) => context.alerts.set(settings),
    testAlerts: (which) => context.alerts.test(which),
    web: () => context.web.info(),
    openWeb: (settings) => context.web.open(settings, operations),
    closeWeb: (request) => context.web.forget(request),
  }
  return operations
}
