import * as z from 'zod/mini'
import type { WebConfig } from '../model/config/web.ts'
import { flag, list, nonEmpty, path, port, settings } from './values.ts'

/** Schema of the web listener. A process may well have the same name. */
export const web = settings(
  {
    port: z.exactOptional(port),
    host: z.exactOptional(nonEmpty('an address')),
    hosts: z.exactOptional(list),
    tls: z.exactOptional(settings({ cert: path('a file'), key: path('a file') })),
    insecure: z.exactOptional(flag),
    allowRun: z.exactOptional(flag),
    token: z.exactOptional(nonEmpty('a secret')),
    openMetrics: z.exactOptional(flag),
  } satisfies Record<keyof WebConfig, z.ZodMiniType>,
  undefined,
  { command: 'a process named "web" belongs under `processes`' },
)
