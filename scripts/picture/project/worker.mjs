// Does jobs until the queue is lost.
import { setTimeout as sleep } from 'node:timers/promises'

console.log('waiting for jobs')
for (let job = 1; job <= 14; job++) {
  await sleep(250)
  console.log(`job ${job} done`)
}
throw new Error('the queue closed the connection')
