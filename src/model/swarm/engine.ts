/* What the Docker Engine API says and takes, as far as it is used. Durations are in ns. */

export interface ServiceSpec {
  Name: string
  Labels: Record<string, string>
  TaskTemplate: {
    ContainerSpec: Record<string, unknown> & { Labels: Record<string, string> }
    Networks: { Target: string }[]
    Resources: { Limits: { MemoryBytes?: number; NanoCPUs?: number } }
    RestartPolicy: Record<string, unknown>
    Placement: { Constraints: string[] }
    ForceUpdate: number
  }
  Mode: { Replicated: { Replicas: number } }
  UpdateConfig: Record<string, unknown>
  RollbackConfig: Record<string, unknown>
  EndpointSpec: { Ports: object[] }
}

export interface Service {
  ID: string
  Version: { Index: number }
  CreatedAt: string
  UpdatedAt: string
  Spec: ServiceSpec
  UpdateStatus?: { State?: UpdateState; StartedAt?: string; Message?: string }
}

type UpdateState = 'updating' | 'paused' | 'completed' | 'rollback_started' | 'rollback_paused' | 'rollback_completed'

export interface Task {
  ID: string
  CreatedAt: string
  ServiceID: string
  Slot?: number
  NodeID?: string
  DesiredState: string
  Spec: { ForceUpdate?: number; ContainerSpec?: { Labels?: Record<string, string> } }
  Status: {
    Timestamp: string
    State: string
    Message?: string
    Err?: string
    ContainerStatus?: { PID?: number; ExitCode?: number }
  }
}

export interface Node {
  ID: string
  UpdatedAt: string
  Description?: { Hostname?: string }
  Status: { State: string; Message?: string }
}

/** Everything about the services of one stack at one moment. */
export interface Cluster {
  services: Service[]
  tasks: Task[]
  nodes: Node[]
}
