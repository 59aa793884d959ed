// Answers every request in the same words.
import { createServer } from 'node:http'

createServer((_, response) => response.end('hello world')).listen(Number(process.env.PORT), '127.0.0.1')
