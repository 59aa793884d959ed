/* Answers without a supervisor, from the saved state. Loaded on demand: most commands find a supervisor. */
import { readStateHere } from '../client/read-state.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { needsSupervisor } from '../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import type { Reveal } from '../model/planning/requests.ts'
import { maskDetail, maskState, maskTree } from '../model/redaction/mask-state.ts'
import type { ProcessTree } from '../model/tree/tree.ts'
import { detail, snapshot } from '../model/views/snapshot.ts'
import type { ProcessDetail, ProcessState } from '../model/views/state.ts'
import { sourceOf } from '../storage/paths.ts'
import { addressesOf } from '../storage/project-names.ts'

/** The saved processes of a folder without a supervisor. */
export class AtRest {
  readonly #tuixDir: string
  readonly #processes: ManagedProcess[]
  /** The folder is a copy, so that nothing that runs belongs to it. */
  readonly isCopy: boolean

  /** @param known what is known of the processes, in place of what was saved */
  constructor(tuixDir: string, known?: ManagedProcess[]) {
    const { processes, isCopy } = readStateHere(tuixDir)
    this.#tuixDir = tuixDir
    this.#processes = known ?? processes
    this.isCopy = isCopy
  }

  /** A process runs or is wanted up, which only a supervisor can answer for. */
  get needsSupervisor(): boolean {
    return this.#processes.some(needsSupervisor)
  }

  list({ reveal = false }: Reveal = {}): ProcessState[] {
    const addressOf = addressesOf(this.#tuixDir)
    const states = this.#processes.map((process) => this.#state(process, addressOf(process)))
    return reveal ? states : states.map(maskState)
  }

  /** @throws ProcessManagerError `unknown-process` */
  status(name: string, { reveal = false }: Reveal = {}): ProcessDetail {
    const process = this.#processes.find(({ config }) => config.name === name)
    if (!process) throw unknown(name)
    const known = detail(process, this.#state(process, addressesOf(this.#tuixDir)(process)), {
      environment: 'start',
      metrics: {},
      channelOpen: false,
    })
    return reveal ? known : maskDetail(known)
  }

  /** @throws ProcessManagerError `unknown-process` */
  async tree(name: string, options: Reveal = {}): Promise<ProcessTree> {
    const tree = (await this.trees(options)).find((found) => found.name === name)
    if (!tree) throw unknown(name)
    return tree
  }

  /**
   * The trees of processes that survived a failed stop, and the holders of the ports that processes were told to listen on.
   */
  async trees({ reveal = false }: Reveal = {}): Promise<ProcessTree[]> {
    const { TreeService } = await import('../supervisor/inspect/tree-service.ts')
    const { Sweeper } = await import('../system/process/sweep.ts')
    const service = new TreeService({
      processes: { snapshot: () => this.#processes },
      logs: { sourceOf: (process) => sourceOf(this.#tuixDir, process) },
      sweeper: new Sweeper(),
    })
    const trees = await service.read(Date.now())
    return reveal ? trees : trees.map(maskTree)
  }

  #state(process: ManagedProcess, url: string | undefined): ProcessState {
    return snapshot(process, { ...sourceOf(this.#tuixDir, process), url }, null, Date.now())
  }
}

function unknown(name: string): ProcessManagerError {
  return new ProcessManagerError('unknown-process', `no process is named \`${name}\``)
}
