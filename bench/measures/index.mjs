import { coldStart } from './cold-start.mjs'
import { compileCache } from './compile-cache.mjs'
import { crash } from './crash.mjs'
import { dashboard } from './dashboard.mjs'
import { floods } from './flood.mjs'
import { idle } from './idle.mjs'
import { lastWords } from './last-words.mjs'
import { leaks } from './leaks.mjs'
import { list } from './list.mjs'
import { logs } from './logs.mjs'
import { monitor } from './monitor.mjs'
import { order } from './order.mjs'
import { reload } from './reload.mjs'
import { rotation } from './rotation.mjs'
import { scale } from './scale.mjs'
import { startStop } from './start-stop.mjs'
import { swarmList } from './swarm-list.mjs'
import { takeover } from './takeover.mjs'
import { throughput } from './throughput.mjs'
import { trees } from './trees.mjs'

/** All measures by name, in the order in which they are run and shown. Each takes the context that run.mjs makes, and gives rows. */
export const measures = {
  list,
  'cold-start': coldStart,
  'start-stop': startStop,
  crash,
  idle,
  trees,
  flood: floods,
  rotation,
  logs,
  takeover,
  order,
  monitor,
  throughput,
}

/** Only when they are asked for: those that take minutes each and tell nothing of speed, and what needs a browser, Docker or a newer runtime. */
export const onDemand = {
  dashboard,
  reload,
  'last-words': lastWords,
  scale,
  leaks,
  'compile-cache': compileCache,
  'swarm-list': swarmList,
}
