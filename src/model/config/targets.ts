/** Another machine, reached over SSH, with a supervisor of its own. */
export interface SshTarget {
  /** As `ssh` takes it: `user@host`, a host of the user's SSH config, or `ssh://user@host:port`. */
  ssh: string
  /** Absolute folder of the project there. Relative paths of the config are meant in it. */
  cwd: string
  /** What `tuix-ps` is called there. Default: that of the project's `node_modules`, or else of the login's PATH. */
  program?: string
  /** Folder of the supervisor's state there, relative to `cwd`. Default `.tuix`. */
  tuixDir?: string
}

/** How to reach the Docker Engine of a manager of a Swarm. All are optional. */
export interface SwarmSettings {
  /** Address: `unix:///…`, `tcp://…` or `ssh://…`. Default: as for `docker`, from DOCKER_HOST or its current context. */
  docker?: string
  /** A context of `docker`, instead of an address. */
  context?: string
  /** PEM files, for an address with `tcp://`. Relative to the config. */
  tls?: { ca: string; cert: string; key: string }
  /** What its services are labelled with and named after. Default: the name of the project's folder. */
  stack?: string
  /** Image of processes without `deploy.image`. */
  image?: string
  /** Networks of processes without `deploy.networks`. */
  networks?: string[]
}

/** A Docker Swarm, on which each process is a service. */
export interface SwarmTarget {
  swarm: SwarmSettings
}

/** A place besides this machine on which processes can be managed. */
export type TargetConfig = SshTarget | SwarmTarget
