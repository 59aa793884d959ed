// Answers every request, on the port that it is given.
import { createServer } from 'node:http'

const port = Number(process.env.PORT)
createServer((_, response) => response.end('ok')).listen(port, '127.0.0.1', () => console.log(`listening on ${port}`))
