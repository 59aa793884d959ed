import { mkdirSync } from 'node:fs'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { command } from './commander.ts'
import { freePort } from './free-port.ts'
import { type Project, type ProjectOptions, tempProject } from './project.ts'
import type { Finished } from './running.ts'

export interface Answered {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

interface AskOptions {
  /** Of the machine itself. */
  address?: string
  path?: string
  method?: string
  headers?: OutgoingHttpHeaders
  body?: string | Buffer
}

/** A user with a proxy and projects of their own, in a folder. */
export class NamesUser {
  readonly home: Project
  http = 0
  https = 0

  constructor(options?: ProjectOptions) {
    this.home = tempProject(options)
    mkdirSync(this.home.file('state'))
  }

  get env(): Record<string, string> {
    return { HOME: this.home.path, XDG_STATE_HOME: this.home.file('state') }
  }

  /** `tuix-ps ARGS` in a folder below the home. */
  ps(folder: string, ...args: string[]): Promise<Finished> {
    return command(args, { cwd: this.home.file(folder), env: this.env })
  }

  async startProxy(...more: string[]): Promise<Finished> {
    this.http ||= await freePort()
    this.https ||= await freePort()
    return await this.ps('.', 'proxy', 'start', '--port', String(this.http), '--https', String(this.https), ...more)
  }

  /** A request by name, to the proxy of this user. */
  ask(
    host: string,
    { address = '127.0.0.1', path = '/', method = 'GET', headers = {}, body }: AskOptions = {},
  ): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = { host: address, port: this.http, path, method, agent: false as const }
      const asked = request({ ...options, headers: { host: `${host}:${this.http}`, ...headers } }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('error', reject)
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  /** Ends all of it. */
  async dispose(): Promise<void> {
    await this.ps('.', 'proxy', 'stop')
    await this.home.dispose()
  }
}
