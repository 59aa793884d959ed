// swarm-lab.mjs: a Docker Swarm of two hosts, for root alone; Bun runs it. Prints the address of its manager and the name of an
// image with a shell, and ends with its stdin.
import { once } from 'node:events'
import { SHELL_IMAGE, SwarmLab } from '../../test/helpers/swarm.ts'

const lab = await SwarmLab.start(2)
console.log(JSON.stringify({ docker: lab.url, image: SHELL_IMAGE }))
await once(process.stdin.resume(), 'end')
await lab.end()
