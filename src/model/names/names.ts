import { fnv1a } from '../text/hash.ts'

/* How processes are reached by name: `web.shop.localhost`, or in a linked working tree of git `BRANCH.web.shop.localhost`. */

/** Characters of the longest part of a name between two dots (RFC 1035). */
const LONGEST_LABEL = 63

/** Where a project is, as far as its name depends on it. */
export interface ProjectPlace {
  /** Absolute path of the state folder. */
  tuixDir: string
  /** When it was noted first, epoch ms. */
  since: number
  /** Name of the project's folder; in a linked working tree that of the same folder in the main one. */
  folder: string
  /** What a project and those in linked working trees of the same repository have in common. */
  family: string
  /** The branch of a linked working tree, or its name if it is on no branch. Null elsewhere. */
  branch: string | null
}

/** The parts of a project's names besides that of the process, ready for a host name. */
export interface ProjectName {
  project: string
  /** Absent in the main working tree. */
  branch?: string
}

/** Why a project has no name, or a process: one sentence. */
export interface Nameless {
  problem: string
}

/** The part of a host name for a text: only letters, digits and hyphens, and never nothing. It may be too long. */
export function labelOf(text: string): string {
  const label = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return label === '' ? `x-${digits(text)}` : label
}

/**
 * The names of all projects, by state folder. The first of two families with the same name keeps it, and the other one has digits
 * of its own added, which stay the same.
 */
export function nameProjects(places: readonly ProjectPlace[]): Map<string, ProjectName | Nameless> {
  const ordered = [...places].sort((a, b) => a.since - b.since || compare(a.tuixDir, b.tuixDir))
  const projects = new Map<string, string>()
  const taken = new Set<string>()
  for (const { family, folder } of ordered) {
    if (projects.has(family)) continue
    const label = labelOf(folder)
    const project = taken.has(label) ? `${label}-${digits(family)}` : label
    taken.add(project)
    projects.set(family, project)
  }
  const found = new Map<string, ProjectName | Nameless>()
  const branches = new Set<string>()
  for (const { tuixDir, family, folder, branch } of ordered) {
    const project = projects.get(family) ?? ''
    const label = branch === null ? '' : labelOf(branch)
    const own = branches.has(`${label}.${project}`) ? `${label}-${digits(tuixDir)}`.replace(/^-/, '') : label
    branches.add(`${own}.${project}`)
    const name = own === '' ? { project } : { project, branch: own }
    const problem =
      tooLong(project, `the folder \`${folder}\``) ??
      (own === '' ? undefined : tooLong(own, `the branch \`${branch}\``))
    found.set(tuixDir, problem === undefined ? name : { problem })
  }
  return found
}

/** The host name of a process, or why it has none. */
export function hostName({ project, branch }: ProjectName, process: string): string | Nameless {
  const label = labelOf(process)
  const problem = tooLong(label, `the process \`${process}\``)
  if (problem !== undefined) return { problem }
  return [...(branch === undefined ? [] : [branch]), label, project, TOP].join('.')
}

/** What a host name means. */
export type HostMeaning =
  /** None of ours. */
  | { type: 'foreign' }
  | { type: 'all' }
  | { type: 'project'; project: string }
  | { type: 'process'; name: ProjectName; process: string }

/** Reads the host of a request, with or without a port. */
export function readHost(host: string): HostMeaning {
  const [, name] = /^([a-z0-9.-]{1,253}?)\.?(?::\d{1,5})?$/i.exec(host) ?? []
  const labels = name?.toLowerCase().split('.') ?? []
  if (labels.pop() !== TOP || labels.includes('')) return { type: 'foreign' }
  const [first, second, third, ...more] = labels
  if (first === undefined) return { type: 'all' }
  if (second === undefined) return { type: 'project', project: first }
  if (third === undefined) return { type: 'process', name: { project: second }, process: first }
  if (more.length > 0) return { type: 'foreign' }
  return { type: 'process', name: { project: third, branch: first }, process: second }
}

/**
 * The processes that a label in a host name means: the one that has it, or all instances of the declared name. Of several names
 * that become the same label, the first has it.
 */
export function processesOf<Process extends { name: string; instanceOf: string | null }>(
  all: readonly Process[],
  label: string,
): Process[] {
  const own = all.filter(({ name }) => labelOf(name) === label)
  const first = own.find(({ name }) => name === label) ?? own[0]
  if (first !== undefined) return [first]
  const declared = all.find(({ instanceOf }) => instanceOf !== null && labelOf(instanceOf) === label)?.instanceOf
  return declared === undefined ? [] : all.filter(({ instanceOf }) => instanceOf === declared)
}

export function isSameName(a: ProjectName, b: ProjectName): boolean {
  return a.project === b.project && a.branch === b.branch
}

const TOP = 'localhost'

function tooLong(label: string, whose: string): string | undefined {
  const { length } = label
  if (length <= LONGEST_LABEL) return undefined
  return `${whose} has no name for the proxy: it would have ${length} characters between two dots, and ${LONGEST_LABEL} are possible`
}

function digits(text: string): string {
  return fnv1a(text).toString(16).padStart(8, '0').slice(0, 6)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
