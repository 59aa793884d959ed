import { createServer } from 'node:http'

const server = createServer((_, response) => response.end('hello\n'))
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
