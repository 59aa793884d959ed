import { readdirSync, readFileSync } from 'node:fs'

/** An example of the documentation, exactly as printed. */
export interface Block {
  /** `01-quick-start.ts` */
  file: string
  code: string
}

const MANAGER = `import type { ProcessManager } from 'tuix/process-manager'\ndeclare const manager: ProcessManager\n`
const CREATE = `import { createProcessManager } from 'tuix/process-manager'\n`

/** What a block takes for granted: the imports and the variables that the text around it has introduced. */
const PRELUDES: Record<string, string> = {
  '03-resource-monitoring.ts': MANAGER,
  '04-process-groups.ts': MANAGER,
  '05-process-configuration.ts': `import type { HealthCheckConfig } from 'tuix/process-manager'\n`,
  '08-microservices-architecture.ts': CREATE,
  '09-development-with-hot-reload.ts': CREATE,
  '10-database-cluster-management.ts': CREATE,
  '11-custom-health-checks.ts': MANAGER,
  '12-cli-integration.ts': `import { defineConfig } from 'tuix/process-manager'\n`,
  '13-configuration-integration.ts': `import { defineConfig } from 'tuix/config'\n`,
  '14-jsx-process-monitor.tsx': `declare global {
  namespace JSX {
    interface Element { render(): string }
    interface IntrinsicElements { vstack: object; text: { style?: { bold?: boolean } } }
  }
}\n`,
}

/** What must hold after a block: that what it declares is what the package takes and gives. */
const EPILOGUES: Record<string, string> = {
  '02-file-watching.ts': `import type { ProcessConfig } from 'tuix/process-manager'\nexport const taken: ProcessConfig = config\n`,
  '05-process-configuration.ts': `declare const printed: ProcessConfig
export const taken: import('tuix/process-manager').ProcessConfig = printed\n`,
  '06-health-check-configuration.ts': `declare const printed: HealthCheckConfig
export const taken: import('tuix/process-manager').HealthCheckConfig = printed\n`,
  '12-cli-integration.ts': `import { runCLI } from 'tuix/process-manager'\nawait runCLI(config)\n`,
  '14-jsx-process-monitor.tsx': `export { Dashboard }\n`,
}

export const blocks: Block[] = readdirSync(new URL('blocks', import.meta.url))
  .sort()
  .map((file) => ({ file, code: readFileSync(new URL(`blocks/${file}`, import.meta.url), 'utf8') }))

export function blockNamed(part: string): Block {
  const found = blocks.find((block) => block.file.includes(part))
  if (!found) throw new Error(`no block is named like ${part}`)
  return found
}

/** A module: what the block takes for granted, the block untouched, and what must hold after it. */
export function moduleOf({ file, code }: Block): string {
  return `${PRELUDES[file] ?? ''}${code}${EPILOGUES[file] ?? ''}\nexport {}\n`
}
