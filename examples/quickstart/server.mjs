// Counts the jobs that the worker reports, and tells the number to whoever asks.
import { createServer } from 'node:http'

let done = 0
const server = createServer((request, response) => {
  if (request.method === 'POST') {
    done += 1
    console.log(`job ${done} reported`)
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ done }))
})

const port = Number(process.env.PORT)
server.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}`))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
