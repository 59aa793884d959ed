// A development server: `bun --hot` takes changed code into the living process, a process manager's watch restarts it.
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: process.env.PORT ?? 3000,
  fetch: () => new Response('first version'),
})
console.log(`Server listening on ${server.url}`)
