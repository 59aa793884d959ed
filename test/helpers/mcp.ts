import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Project } from './project.ts'
import { executable, REPOSITORY } from './runtimes.ts'

/** The two generations of the protocol: with a handshake, and without. */
export const GENERATIONS = ['2025-11-25', '2026-07-28'] as const
export type Generation = (typeof GENERATIONS)[number]

function clientOf(generation: Generation): Client {
  const mode = generation === '2025-11-25' ? ('legacy' as const) : { pin: generation }
  return new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } })
}

/** A client of `tuix-ps mcp` in a project. */
export async function overStdio(project: Project, generation: Generation, ...flags: string[]): Promise<Client> {
  const client = clientOf(generation)
  const transport = new StdioClientTransport({
    command: executable(),
    args: [join(REPOSITORY, 'dist/tuix-ps.js'), 'mcp', ...flags],
    cwd: project.path,
    stderr: 'ignore',
  })
  await client.connect(transport)
  return client
}

/** A client of the web listener of a project's supervisor. */
export async function overHttp(url: string, token: string, generation: Generation): Promise<Client> {
  const client = clientOf(generation)
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit }))
  return client
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not so.
export type Answer = { data: any; text: string; isError: boolean }

/** The answer of a tool, as structure and as text. */
export async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Answer> {
  const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: args })
  const text = (content as { text?: string }[]).map((part) => part.text ?? '').join('\n')
  return { data: structuredContent, text, isError: isError === true }
}
