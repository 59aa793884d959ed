/* One operation of a supervisor: how it is asked over HTTP, and what goes in and comes out. */

/** The HTTP side of an operation. */
interface Route<Answer> {
  /** `GET` only reads, `POST` changes something. */
  method: 'GET' | 'POST'
  /**
   * `:name` stands for the name of a process, `:id` for that of a crash report. The other fields of the input are in the query of a GET, and in the body of a
   * POST.
   */
  path: string
  /** It takes declarations of programs, to start them. */
  runsPrograms: boolean
  /** It can return secrets. */
  revealsSecrets: boolean
  /** It is for the machine itself: only over the control socket. */
  isLocal: boolean
  /** Checks that an answer, or one item of a stream, has the fields that clients rely on. */
  isAnswer(value: unknown): value is Answer
}

/** An operation with one input and one answer. */
export interface Ask<Input, Answer> extends Route<Answer> {
  kind: 'ask'
  /** Never set; it only carries the type. */
  input?: Input
}

/** An operation that sends items until the client stops listening. */
export interface Stream<Input, Item> extends Route<Item> {
  kind: 'stream'
  /** Never set; it only carries the type. */
  input?: Input
}

export function ask<Input, Answer>(
  method: 'GET' | 'POST',
  path: string,
  isAnswer: (value: unknown) => value is Answer,
  { runsPrograms = false, revealsSecrets = false, isLocal = false } = {},
): Ask<Input, Answer> {
  return { kind: 'ask', method, path, runsPrograms, revealsSecrets, isLocal, isAnswer }
}

export function stream<Input, Item>(
  method: 'GET',
  path: string,
  isItem: (value: unknown) => value is Item,
): Stream<Input, Item> {
  return { kind: 'stream', method, path, runsPrograms: false, revealsSecrets: false, isLocal: false, isAnswer: isItem }
}

/** All items from now on, until `signal` aborts. `listening` is called when no item is missed any more. */
export type Listen<Input, Item> = (
  input: Input,
  signal: AbortSignal,
  listening?: () => void,
) => AsyncGenerator<Item, void, undefined>
