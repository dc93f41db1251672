#!/usr/bin/env node
import { main } from './program.ts'
import { PREBUILT } from './simulator-source.ts'

await main(process.argv, PREBUILT)
