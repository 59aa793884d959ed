import { ProcessManagerError } from '../../src/index.ts'

/**
 * The text of `.mcp.json` with this server, unless it has one of that name. Everything else stays, its indentation too.
 *
 * @throws SyntaxError if it is no JSON
 */
export function withServer(text: string, name: string, server: object): string {
  const config: unknown = text.trim() === '' ? {} : JSON.parse(text)
  if (!isObject(config)) throw wrong('the file')
  const { mcpServers = {} } = config
  if (!isObject(mcpServers)) throw wrong('mcpServers')
  if (Object.hasOwn(mcpServers, name)) return text
  const [, indent = '  '] = /^\{\r?\n([ \t]+)/.exec(text) ?? []
  return `${JSON.stringify({ ...config, mcpServers: { ...mcpServers, [name]: server } }, null, indent)}\n`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(what: string): ProcessManagerError {
  return new ProcessManagerError('config', `.mcp.json: ${what} must be an object`)
}
