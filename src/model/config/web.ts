/** Settings of the web listener: dashboard, API, metrics and MCP over HTTP. All are optional. */
export interface WebConfig {
  /** TCP port. Default: a free one that stays the same for the project. */
  port?: number
  /** Address to listen on. Beyond the machine itself it takes `tls`, or `insecure`. Default 127.0.0.1. */
  host?: string
  /** Names besides `localhost` and addresses under which browsers may reach it, such as `box.lan`. Default none. */
  hosts?: string[]
  /** PEM files of a certificate and its key, relative to the config: the listener speaks HTTPS. */
  tls?: { cert: string; key: string }
  /** Allow plain HTTP beyond the machine itself: whoever can read the traffic can take the token. Default false. */
  insecure?: boolean
  /** Allow requests that declare processes, which is to run any program as this user. Default false. */
  allowRun?: boolean
  /** Secret of at least 16 characters that every request must have. Default: a random one, in `.tuix/web-token`. */
  token?: string
  /** Answer `/metrics` without the token. Default false. */
  openMetrics?: boolean
}
