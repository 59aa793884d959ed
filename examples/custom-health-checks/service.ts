// A service whose health is more than an open port. `POST /disconnect` loses its database until it is started again.
let database = 'connected'

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: process.env.PORT ?? 3000,
  routes: {
    '/deep-health': () => Response.json({ status: 'healthy', database }),
    '/disconnect': {
      POST: () => {
        database = 'disconnected'
        return new Response()
      },
    },
  },
})
console.log(`listening on ${server.url}`)
