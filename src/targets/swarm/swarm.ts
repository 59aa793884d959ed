import { createHash } from 'node:crypto'
import type { ParsedDeploy } from '../../model/config/deploy.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { type Declared, type Owned, ownedOf, revisionOf, STACK, wantedReplicas } from '../../model/swarm/declared.ts'
import type { Cluster, Node, Service, ServiceSpec, Task } from '../../model/swarm/engine.ts'
import { type Replacement, specOf } from '../../model/swarm/spec.ts'
import { type Engine, EngineError } from './engine.ts'

/** Attempts to change a service that somebody else changes at the same time. */
const ATTEMPTS = 10

/** What a service is to be. */
export interface Wish {
  /** Number of replicas when it is not stopped. */
  replicas: number
  isStopped: boolean
  replacement: Replacement
  /** Replace replicas although nothing has changed. */
  isForced: boolean
}

/** What a change of a service leads to. */
export interface Changed {
  /** Replicas that run have to be replaced for it. */
  isReplaced: boolean
  /** When the last replacement before it began. */
  replacedBefore: string | undefined
}

/** The services of one stack, as the engine has them. */
export class Swarm {
  readonly engine: Engine
  readonly stack: string
  /** Of processes whose config says nothing of it. */
  readonly defaults: Readonly<Partial<ParsedDeploy>>
  /** The reading that has begun, and the one that follows it. */
  #reading: Promise<Cluster> | null = null
  #next: Promise<Cluster> | null = null

  constructor(engine: Engine, stack: string, defaults: Readonly<Partial<ParsedDeploy>>) {
    this.engine = engine
    this.stack = stack
    this.defaults = defaults
  }

  /**
   * All services of the stack with their tasks: three requests, however many there are. Whoever asks meanwhile shares the next reading, so
   * that it is never of a moment before the question, and many who wait for their services cost no more than one.
   */
  read(): Promise<Cluster> {
    if (this.#reading === null) return this.#begin()
    this.#next ??= this.#reading.then(
      () => this.#begin(),
      () => this.#begin(),
    )
    return this.#next
  }

  #begin(): Promise<Cluster> {
    this.#next = null
    const reading = this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = null
    })
    this.#reading = reading
    return reading
  }

  async #read(): Promise<Cluster> {
    const filters = `filters=${encodeURIComponent(JSON.stringify({ label: [`${STACK}=${this.stack}`] }))}`
    const [services, tasks, nodes] = await Promise.all([
      this.engine.ask<Service[]>('GET', `/services?${filters}`),
      this.engine.ask<Task[]>('GET', `/tasks?${filters}`),
      this.engine.ask<Node[]>('GET', '/nodes'),
    ])
    return { services, tasks, nodes }
  }

  /** @throws ProcessManagerError `config` if a secret does not exist, or somebody else's service has its name */
  async create(declared: Declared, wish: Wish): Promise<void> {
    const spec = await this.#specOf(declared, wish, 0)
    try {
      await this.engine.ask('POST', '/services/create', spec)
    } catch (error) {
      if (!(error instanceof EngineError && error.status === 409)) throw error
      // Its creation may have been answered to nobody.
      const own = ownedOf((await this.read()).services, this.stack).find(
        ({ config }) => config.name === declared.config.name,
      )
      if (own) return
      throw new ProcessManagerError(
        'config',
        `${this.engine.name}: a service named \`${spec.Name}\` exists that this project has not made: remove it, or choose another \`stack\``,
      )
    }
  }

  /** Changes a service. */
  async update(id: string, declared: Declared, wish: Wish): Promise<Changed> {
    return await this.#change(id, async (service) => {
      const { ForceUpdate = 0 } = service.Spec.TaskTemplate
      const spec = await this.#specOf(declared, wish, ForceUpdate + (wish.isForced ? 1 : 0))
      const isOther = wish.isForced || revisionOf(spec.TaskTemplate) !== revisionOf(service.Spec.TaskTemplate)
      return { spec, isReplaced: isOther && wantedReplicas(service.Spec) > 0 && !wish.isStopped }
    })
  }

  /** Stops a service, or starts it as it was. */
  async setReplicas({ service, replicas }: Owned, isStopped: boolean): Promise<void> {
    await this.#change(service.ID, async ({ Spec }) => ({
      spec: { ...Spec, Mode: { Replicated: { Replicas: isStopped ? 0 : replicas } } },
      isReplaced: false,
    }))
  }

  async remove({ service }: Owned): Promise<void> {
    try {
      await this.engine.ask('DELETE', `/services/${service.ID}`)
    } catch (error) {
      if (!(error instanceof EngineError && error.status === 404)) throw error
    }
  }

  /** A change counts only for the version that it was made of: if somebody was faster, it is made anew. */
  async #change(
    id: string,
    change: (service: Service) => Promise<{ spec: ServiceSpec; isReplaced: boolean }>,
  ): Promise<Changed> {
    for (let attempt = 1; ; attempt++) {
      const service = await this.engine.ask<Service>('GET', `/services/${id}`)
      const { spec, isReplaced } = await change(service)
      try {
        await this.engine.ask('POST', `/services/${id}/update?version=${service.Version.Index}`, spec)
        return { isReplaced, replacedBefore: service.UpdateStatus?.StartedAt }
      } catch (error) {
        // The engine has no status of its own for that.
        const isOutdated =
          error instanceof EngineError && (error.status === 409 || /out of sequence/.test(error.detail))
        if (!isOutdated || attempt === ATTEMPTS) throw error
      }
    }
  }

  async #specOf(declared: Declared, { replicas, isStopped, replacement }: Wish, force: number): Promise<ServiceSpec> {
    const secrets = await this.#secretsOf(declared)
    return specOf(declared, { stack: this.stack, replicas, isStopped, replacement, force, secrets, hash })
  }

  async #secretsOf({ config, deploy }: Declared): Promise<Map<string, string>> {
    const names = (deploy.secrets ?? []).map((secret) => (typeof secret === 'string' ? secret : secret.name))
    if (names.length === 0) return new Map()
    const all = await this.engine.ask<{ ID: string; Spec: { Name: string } }[]>('GET', '/secrets')
    const ids = new Map(all.map(({ ID, Spec }) => [Spec.Name, ID]))
    const missing = names.find((name) => !ids.has(name))
    if (missing === undefined) return ids
    throw new ProcessManagerError(
      'config',
      `${config.name}: the cluster has no secret \`${missing}\`: make it with \`docker secret create ${missing} FILE\``,
    )
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
