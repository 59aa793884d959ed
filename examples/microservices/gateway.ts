// The API gateway: /users goes to the user service, /orders to the order service; a service that is away is a 502.
const services: Record<string, string> = {
  users: process.env.USER_SERVICE_URL ?? 'http://localhost:8001',
  orders: process.env.ORDER_SERVICE_URL ?? 'http://localhost:8002',
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: process.env.PORT ?? 8080,
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/health') return new Response('healthy')
    const service = services[pathname.split('/')[1] ?? '']
    if (service === undefined) return new Response(`nothing is at ${pathname}`, { status: 404 })
    try {
      const { method, headers } = request
      const body = method === 'GET' ? null : await request.text()
      return await fetch(service + pathname, { method, headers, body })
    } catch (error) {
      console.error(`${pathname}: ${(error as Error).message}`)
      return new Response(`${service} does not answer`, { status: 502 })
    }
  },
})
console.log(`gateway listening on ${server.url}`)
