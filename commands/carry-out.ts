import type { Outcome } from '../src/index.ts'
import { type CommandContext, EXIT } from './command.ts'
import type { Followed } from './follow.ts'
import { reportOutcome } from './outcomes.ts'

export interface Carried {
  /** Null: given up by Ctrl-C. */
  outcomes: Outcome[] | null
  /** Names that were told of already. */
  told: Set<string>
  /** ms after which processes were done, by name. */
  took?: Map<string, number>
}

/** One request. How it goes on is shown while it is under way, but not to programs, nor where nobody waits for it. */
export async function carryOut(
  context: CommandContext,
  followed: Omit<Followed, 'onDone'>,
  request: () => Promise<Outcome[]>,
): Promise<Carried> {
  const told = new Set<string>()
  if (context.flags.json || context.flags.wait === false) return { outcomes: await request(), told }
  const { follow } = await import('./follow.ts')
  const onDone: Followed['onDone'] = ({ name, text }, state) => {
    told.add(name)
    reportOutcome(context, { name, ok: true, message: text, warnings: [], ...(state && { state }) })
  }
  return { ...(await follow(context, { ...followed, onDone }, request)), told }
}

/** What to say after Ctrl-C of what was asked for. */
export function interrupted({ note, environment }: CommandContext): number {
  note(`interrupted; the supervisor goes on with it, see: ${environment.program} list`)
  return EXIT.interrupted
}
