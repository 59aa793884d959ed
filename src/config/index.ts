export { parseProcess, resolveProcess } from './resolve.ts'
export { toWire } from './wire.ts'
