// Orders, in the SQLite file that DATABASE_URL names: POST /orders {"user","item"} → order, GET /orders/unconfirmed →
// orders, PUT /orders/ID/confirmed.
import { Database } from 'bun:sqlite'

const database = new Database(process.env.DATABASE_URL ?? ':memory:')
database.run(
  'CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, user INTEGER, item TEXT, confirmed INTEGER DEFAULT 0)',
)
const insert = database.query('INSERT INTO orders (user, item) VALUES (?, ?) RETURNING *')
const unconfirmed = database.query('SELECT * FROM orders WHERE NOT confirmed')
const confirm = database.query('UPDATE orders SET confirmed = 1 WHERE id = ?')

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: process.env.PORT ?? 8002,
  routes: {
    '/orders': {
      POST: async (request) => {
        const { user, item } = (await request.json()) as { user: number; item: string }
        return Response.json(insert.get(user, item), { status: 201 })
      },
    },
    '/orders/unconfirmed': () => Response.json(unconfirmed.all()),
    '/orders/:id/confirmed': {
      PUT: ({ params }) => {
        confirm.run(params.id)
        return new Response(null, { status: 204 })
      },
    },
  },
})
console.log(`order service listening on ${server.url}`)
