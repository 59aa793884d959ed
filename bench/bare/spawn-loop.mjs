// spawn-loop.mjs FOLDER COUNT: the least that starting so many processes with their log files can cost. Prints their pids.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

const [folder, count] = process.argv.slice(2)
const children = Array.from({ length: Number(count) }, (_, i) => {
  const files = ['out', 'err'].map((stream) => openSync(`${folder}/${i}.${stream}.log`, 'a', 0o600))
  const child = spawn('sleep', ['100000'], { detached: true, stdio: ['ignore', ...files] })
  for (const file of files) closeSync(file)
  return child
})
await Promise.all(children.map((child) => child.pid ?? once(child, 'spawn')))
console.log(children.map(({ pid }) => pid).join(' '))
process.exit(0)
