import type { AlertState } from '../model/alerts/info.ts'
import { isAlertRule } from '../model/config/alert-shape.ts'
import { isListOf, isNumber, isRecord, isRecordOf, isText } from '../model/config/shape.ts'
import { jsonIn } from '../system/fs/plain-file.ts'
import { pathsOf } from './paths.ts'

/** What the last supervisor left; null if there is nothing, or nothing that can be read. */
export function readAlerts(tuixDir: string): AlertState | null {
  const state = jsonIn(pathsOf(tuixDir).alerts)
  return isState(state) ? state : null
}

function isState(value: unknown): value is AlertState {
  if (!isRecord(value) || !isRecord(value.heard)) return false
  const { configs, open, outbox, heard } = value
  return (
    isRecordOf(configs, (config): config is object => isRecord(config) && isRecordOf(config.rules, isAlertRule)) &&
    isListOf(open, (item) => isRecord(item) && [item.rule, item.process, item.kind, item.detail].every(isText)) &&
    isListOf(outbox, (item) => isRecord(item) && [item.id, item.rule, item.message].every(isText)) &&
    isNumber(heard.time) &&
    isListOf(heard.keys, isText)
  )
}
