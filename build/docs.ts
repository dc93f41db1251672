import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLogTables } from './log-tables.ts'

/** Makes the tables of docs/ that follow from the code: `npm run docs`. */
const file = join(import.meta.dirname, '../docs/logs.md')
writeFileSync(file, withLogTables(readFileSync(file, 'utf8')))
