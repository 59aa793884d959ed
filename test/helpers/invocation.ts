import { type PsEnvironment, processEnvironment } from '../../commands/environment.ts'
import { runPs } from '../../commands/index.ts'

export interface Invocation {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command in this process, its output kept. */
export async function invoke(argv: string[], changes: Partial<PsEnvironment> = {}): Promise<Invocation> {
  const result = { code: -1, stdout: '', stderr: '' }
  const keep = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      result[stream] += text
    },
    isTTY: false,
    columns: 80,
    rows: 24,
  })
  const environment = { ...processEnvironment('myapp ps'), env: {}, stdout: keep('stdout'), stderr: keep('stderr') }
  result.code = await runPs(argv, { ...environment, ...changes })
  return result
}
