import type { ExportedProcess } from '../types.ts'

/** The units of one project. Their names begin with that of the project, since all units of a machine share one space. */
export class UnitNames {
  readonly #project: string

  constructor(project: string) {
    this.#project = project
  }

  get target(): string {
    return `${this.#project}.target`
  }

  /** A `-` in the name of a slice means a slice within another one. */
  slice(group?: string): string {
    const plain = (text: string) => text.replaceAll('-', '_')
    return group === undefined ? `${plain(this.#project)}.slice` : `${plain(this.#project)}-${plain(group)}.slice`
  }

  base(name: string): string {
    return name === this.#project ? name : `${this.#project}-${name}`
  }

  /** File of a service: a template if there are several instances. */
  service({ name, config }: ExportedProcess): string {
    return `${this.base(name)}${config.instances > 1 ? '@' : ''}.service`
  }

  timer({ name }: ExportedProcess): string {
    return `${this.base(name)}.timer`
  }

  /** The units that run when the process is up. */
  units(process: ExportedProcess): string[] {
    const { name, kind, config } = process
    if (kind === 'schedule') return [this.timer(process)]
    if (config.instances === 1) return [this.service(process)]
    return instanceNumbers(process).map((number) => `${this.base(name)}@${number}.service`)
  }
}

/** The number that each instance of a template has, which is also that in the variable of its config. */
function instanceNumbers({ config }: ExportedProcess): number[] {
  const from = config.instanceVariable?.from ?? 1
  return Array.from({ length: config.instances }, (_, index) => from + index)
}
