// A web application with a health endpoint, and two ways to make it fail: `curl -X POST localhost:3000/fail` (unhealthy
// from then on) and `/grow?mb=600` (keeps that much memory). It reads its page once: a change needs a restart.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { greeting } from './src/greeting.ts'

const page = readFileSync('public/index.html', 'utf8').replace('{greeting}', greeting)
const leaked: Buffer[] = []
let healthy = true

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  console.log(`${request.method} ${pathname}`)
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      response.setHeader('content-type', 'text/html').end(page)
      return
    case 'GET /health':
      response.writeHead(healthy ? 200 : 503).end(healthy ? 'healthy' : 'unhealthy')
      return
    case 'POST /fail':
      healthy = false
      console.error('something went wrong: unhealthy from now on')
      break
    case 'POST /grow':
      // Filled, since memory that nobody has written to is not resident.
      leaked.push(Buffer.alloc(Number(searchParams.get('mb')) * 2 ** 20, 1))
      break
    default:
      response.statusCode = 404
  }
  response.end()
})

const port = Number(process.env.PORT ?? 3000)
server.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}`))
