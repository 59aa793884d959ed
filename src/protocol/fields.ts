import { isRecord } from '../model/config/shape.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { nearest, ownProperty } from '../model/text/text.ts'

/** A parsed JSON object. */
export type Json = Record<string, unknown>

/** Checks the value of one key. */
export interface Field<Value, Optional extends boolean> {
  optional: Optional
  /**
   * The value, unchanged.
   *
   * @param path of the value in the input, for the message
   * @throws ProcessManagerError `usage`
   */
  check(value: unknown, path: string): Value
  /** The value of a query, which has only texts, of a key that may be repeated. What it cannot read it leaves to `check`. */
  ofTexts(texts: string[]): unknown
}

/** A field for every key of an input. A missing key, or a key that is optional on one side only, is a type error. */
export type FieldsOf<Input> = {
  [Key in keyof Input]-?: Field<Input[Key], Record<never, never> extends Pick<Input, Key> ? true : false>
}

export interface Parser<Input> {
  /**
   * Checks that every key is known and has the right value, and returns the input unchanged. A key of a later version is
   * refused, because without it the operation would do something else than asked. So clients send a key only if it has an
   * effect.
   *
   * @throws ProcessManagerError `usage`
   */
  parse(json: Json): Input
  /** The input in a query, unchecked: `lines=10&names=web,api`. */
  ofQuery(query: string): Json
  isEmpty: boolean
}

/** How a field of a query is read. */
type OfTexts = Field<unknown, boolean>['ofTexts']

const asText: OfTexts = (texts) => texts.at(-1)
const FLAGS: Record<string, boolean> = { 1: true, true: true, 0: false, false: false }
export const asFlag: OfTexts = (texts) => ownProperty(FLAGS, texts.at(-1) ?? '') ?? texts.at(-1)
export const asNumber: OfTexts = (texts) =>
  /^-?\d+(\.\d+)?$/.test(texts.at(-1) ?? '') ? Number(texts.at(-1)) : texts.at(-1)
export const asList: OfTexts = (texts) => texts.flatMap((text) => text.split(','))

/** @param right the expected value, for the message: `a string` */
export function required<Value>(
  isRight: (value: unknown) => value is Value,
  right: string,
  ofTexts = asText,
): Field<Value, false> {
  return { optional: false, check: checkBy(isRight, right), ofTexts }
}

export function optional<Value>(
  isRight: (value: unknown) => value is Value,
  right: string,
  ofTexts = asText,
): Field<Value, true> {
  return { optional: true, check: checkBy(isRight, right), ofTexts }
}

/** An object with its own fields. */
export function optionalObject<Value>(fields: FieldsOf<Value>): Field<Value, true> {
  return {
    optional: true,
    ofTexts: asText,
    check(value, path) {
      if (!isRecord(value)) throw mustBe(path, 'an object')
      return checkFields(fields, value, `${path}.`)
    },
  }
}

export function parserOf<Input>(fields: FieldsOf<Input>): Parser<Input> {
  return {
    parse: (json) => checkFields(fields, json, ''),
    ofQuery(query) {
      const given = new URLSearchParams(query)
      const known = fields as Record<string, Field<unknown, boolean>>
      return Object.fromEntries(
        [...new Set(given.keys())].map((key) => {
          const ofTexts = ownProperty(known, key)?.ofTexts ?? asText
          return [key, ofTexts(given.getAll(key))]
        }),
      )
    },
    isEmpty: Object.keys(fields).length === 0,
  }
}

function checkBy<Value>(isRight: (value: unknown) => value is Value, right: string) {
  return (value: unknown, path: string): Value => {
    if (!isRight(value)) throw mustBe(path, right)
    return value
  }
}

function checkFields<Input>(fields: FieldsOf<Input>, json: Json, path: string): Input {
  const unknown = Object.keys(json).find((key) => !Object.hasOwn(fields, key))
  if (unknown !== undefined) throw unknownKey(unknown, path, Object.keys(fields))
  for (const [key, { optional, check }] of Object.entries<Field<unknown, boolean>>(fields)) {
    const value = ownProperty(json, key)
    if (value !== undefined || !optional) check(value, `${path}${key}`)
  }
  // Safe, because every key has been checked.
  return json as Input
}

function unknownKey(key: string, path: string, known: string[]): ProcessManagerError {
  const meant = nearest(key, known)
  const hint = meant === undefined ? `available: ${known.join(', ') || 'none'}` : `did you mean \`${meant}\`?`
  return new ProcessManagerError('usage', `unknown key \`${path}${key}\`; ${hint}`)
}

function mustBe(path: string, right: string): ProcessManagerError {
  return new ProcessManagerError('usage', `\`${path}\` must be ${right}`)
}
