export { parseProcess, resolveProcess } from './process.ts'
export { toWire } from './wire.ts'
