#!/usr/bin/env node
import { run } from './program.ts'
import { PREBUILT } from './simulator-source.ts'

await run(process.argv, PREBUILT)
