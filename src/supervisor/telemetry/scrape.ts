import { CONTENT_TYPES, expose, formatFor } from '../../model/telemetry/exposition.ts'
import { familiesOf } from '../../model/telemetry/families.ts'
import type { Answer, Request } from '../http/handler.ts'
import type { Collector } from './collector.ts'

/** The answer to `GET /metrics`. */
export async function answerScrape(request: Pick<Request, 'header'>, collector: Collector): Promise<Answer> {
  const format = formatFor(request.header('accept'))
  const body = expose(familiesOf(await collector.collect()), format)
  return { status: 200, headers: { 'content-type': CONTENT_TYPES[format] }, body }
}
