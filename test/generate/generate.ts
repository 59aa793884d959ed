/** npm run generate: writes what follows from the schema, the table of operations and their docstrings. A test compares. */
import { writeFileSync } from 'node:fs'
import { generated } from './generated.ts'

for (const { path, content } of generated()) writeFileSync(path, content)
