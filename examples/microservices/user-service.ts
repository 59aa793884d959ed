// Users, in the SQLite file that DATABASE_URL names: POST /users {"email"} → user, GET /users/ID → user.
import { Database } from 'bun:sqlite'

const database = new Database(process.env.DATABASE_URL ?? ':memory:')
database.run('CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, email TEXT NOT NULL)')
const insert = database.query('INSERT INTO users (email) VALUES (?) RETURNING *')
const select = database.query('SELECT * FROM users WHERE id = ?')

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: process.env.PORT ?? 8001,
  routes: {
    '/users': {
      POST: async (request) => {
        const { email } = (await request.json()) as { email: string }
        return Response.json(insert.get(email), { status: 201 })
      },
    },
    '/users/:id': ({ params }) => {
      const user = select.get(params.id)
      return user ? Response.json(user) : new Response('no such user', { status: 404 })
    },
  },
})
console.log(`user service listening on ${server.url}`)
