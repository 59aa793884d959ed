import { createHttp } from '../../mcp/http.ts'
import { hostOver } from '../../mcp/over-control.ts'
import type { Control } from '../../protocol/operations.ts'
import type { Answer, Request } from '../http/handler.ts'

export interface McpRouteOptions {
  control: Control
  tuixDir: string
  version: string
  allowRun: boolean
}

/** MCP over HTTP, behind the guard of the web listener. */
export function createMcpRoute({ control, tuixDir, version, allowRun }: McpRouteOptions) {
  const answer = createHttp({ host: hostOver(control, tuixDir), version, readOnly: false, allowRun })
  return async (request: Request): Promise<Answer> => {
    const { status, headers, body } = await answer(request)
    return typeof body === 'string' ? { status, headers, body } : { status, headers, stream: body }
  }
}
