export { alertRules } from './alerts.ts'
export { refuseOtherWords } from './other-words.ts'
export { parseProcess, resolveProcess } from './process.ts'
export { toWire } from './wire.ts'
