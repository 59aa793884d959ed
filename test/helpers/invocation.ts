import { runPs } from '../../commands/cli/run-ps.ts'
import { type PsEnvironment, processEnvironment } from '../../commands/shared/environment.ts'

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
  const interrupt = { signal: new AbortController().signal, onSignal: () => () => {} }
  const io = { stdout: keep('stdout'), stderr: keep('stderr'), interrupt }
  const environment = { ...processEnvironment('myapp ps', {}, io), env: {} }
  result.code = await runPs(argv, { ...environment, ...changes })
  return result
}
