import { ProgramReports } from '../../logs/reading/program-reports.ts'
import { leaderOf, liveOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import type { Reveal } from '../../model/planning/requests.ts'
import { unknownProcess } from '../../model/planning/select.ts'
import { maskDetail, maskState, maskTree } from '../../model/redaction/mask-state.ts'
import type { ProcessTree } from '../../model/tree/tree.ts'
import { detail, snapshot } from '../../model/views/snapshot.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../../model/views/state.ts'
import type { Named } from '../../protocol/inputs.ts'
import { addressesOf } from '../../storage/project-names.ts'
import { NetworkMeter } from '../../system/net/network.ts'
import { UsageSampler } from '../../system/process/usage.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'

type Usages = Awaited<ReturnType<UsageSampler['sample']>>

/** Answers questions about processes, and changes nothing. */
export class Inspector {
  readonly #context: SupervisorContext
  readonly #usage = new UsageSampler()
  readonly #network = new NetworkMeter()
  readonly #reports = new ProgramReports()

  constructor(context: SupervisorContext) {
    this.#context = context
  }

  async list({ reveal = false }: Reveal): Promise<ProcessState[]> {
    const all = this.#context.processes.all()
    const usages = await this.#sample(all)
    this.#reports.keep(new Set(all.map(({ process }) => process.config.name)))
    const addressOf = addressesOf(this.#context.tuixDir)
    const states = all.map(({ process }) => this.#state(process, usages, addressOf(process)))
    return reveal ? states : states.map(maskState)
  }

  async status({ name, reveal = false }: Named & Reveal): Promise<ProcessDetail> {
    const managed = this.#context.processes.get(name)
    const usages = await this.#sample([managed])
    const state = this.#state(managed.process, usages, addressesOf(this.#context.tuixDir)(managed.process))
    const { environment, channel } = managed
    const metrics = { ...managed.metrics, ...this.#context.shared.connections(managed.process) }
    const facts = { environment: environment ? 'start' : 'supervisor', metrics, channelOpen: channel !== null } as const
    const known = detail(managed.process, state, facts)
    return reveal ? known : maskDetail(known)
  }

  async stats({ name }: Named): Promise<ProcessStats> {
    const managed = this.#context.processes.get(name)
    const { leader, startedAt } = liveOf(managed.process.phase) ?? { leader: null, startedAt: 0 }
    const usage = leader && (await this.#sample([managed])).get(leader.pid)
    if (!usage) return { memory: 0, cpu: 0, uptime: 0, processes: 0 }
    const network = (await this.#network.sample([leader]))?.get(leader.pid)
    const { memory, cpu, processes, age } = usage
    const uptime = Math.max(0, age ?? this.#context.clock.now() - startedAt) / 1000
    return { memory, cpu, uptime, processes, ...(network && { network }) }
  }

  async trees({ reveal = false }: Reveal): Promise<ProcessTree[]> {
    const { trees, clock } = this.#context
    const all = await trees.read(clock.now())
    return reveal ? all : all.map(maskTree)
  }

  async tree({ name, ...options }: Named & Reveal): Promise<ProcessTree> {
    // Reads all trees, because its port may be held by another process.
    const found = (await this.trees(options)).find((tree) => tree.name === name)
    if (found) return found
    const names = this.#context.processes.configs().map((config) => config.name)
    throw unknownProcess(name, names)
  }

  #sample(managed: Managed[]): Promise<Usages> {
    const leaders = managed.flatMap(({ process }) => leaderOf(process.phase) ?? [])
    return this.#usage.sample(leaders, this.#context.clock.now(), (trees) => this.#context.trees.remember(trees))
  }

  #state(process: ManagedProcess, usages: Usages, url: string | undefined): ProcessState {
    const { logs, clock, processes } = this.#context
    const leader = leaderOf(process.phase)
    const source = logs.sourceOf(process)
    const program = hasBegun(process)
      ? this.#reports.statusOf(source, { ...process, isAlive: liveOf(process.phase) !== null })
      : null
    const usage = (leader && usages.get(leader.pid)) ?? null
    return snapshot(process, { ...source, url }, usage, clock.now(), program, processes.snapshot())
  }
}

/** The current or last run has written to its logs. */
function hasBegun({ run, phase, lastExit }: ManagedProcess): boolean {
  return run > 0 && phase.type !== 'waiting' && phase.type !== 'spawning' && lastExit?.ended?.type !== 'spawn-failed'
}
