import { requireImages, withNeighbours } from '../containers.ts'
import { noteAlways, noteUncarried } from '../keys.ts'
import type { ExportContext, ExportedProcess, ExportPart, ToYaml } from '../types.ts'
import { KUBERNETES_KEYS } from './keys.ts'
import { objectNames } from './names.ts'
import type { PodProcess } from './pod.ts'
import { objectsOf } from './workload.ts'

/** Manifests of Kubernetes, one file for each process. Throws a `config` error for a process without an image. */
export function exportKubernetes(declared: ExportedProcess[], toYaml: ToYaml, context: ExportContext): ExportPart[] {
  requireImages(declared, context)
  const names = objectNames(declared)
  const objectOf = ({ name }: ExportedProcess) => names.get(name) ?? name
  const processes = withNeighbours(declared, objectOf, context).map((process): PodProcess => {
    return {
      ...process,
      object: objectOf(process),
      labels: labelsOf(process, objectOf(process), context),
      dependencies: [],
    }
  })
  for (const process of processes) {
    const { name, object, config, written } = process
    process.dependencies.push(...processes.filter((other) => Object.hasOwn(config.dependsOn, other.name)))
    noteUncarried(process, KUBERNETES_KEYS, context.notes)
    if (object !== name) context.notes.add(name, 'name', `is ${object} there`)
    noteAlways(process, 'a Deployment', context)
    if (process.kind === 'service' && written.maxRestarts !== undefined)
      context.notes.add(name, 'maxRestarts', 'is not carried over: a Deployment never gives up')
  }
  return processes.map((process) => ({
    name: `${process.object}.yaml`,
    process: process.name,
    body: objectsOf(process, context).map(toYaml).join('---\n'),
  }))
}

function labelsOf({ config }: ExportedProcess, object: string, { project }: ExportContext): Record<string, string> {
  return {
    'app.kubernetes.io/name': object,
    'app.kubernetes.io/part-of': project,
    ...(config.group !== undefined && { 'app.kubernetes.io/component': config.group }),
  }
}
