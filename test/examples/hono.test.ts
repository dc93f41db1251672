import { join } from 'node:path'
import { describe } from 'vitest'
import { assertionConsumerContract } from '../support/node/assertion-consumer.ts'
import { startBackend } from '../support/node/backend-process.ts'
import { behindGatehouseContract, startInFrontOfWorker } from '../support/node/behind-gatehouse.ts'

describe('the Hono example on Node', () => {
  assertionConsumerContract((settings) => startBackend('hono', ['node', 'node.ts'], settings))
})

describe('the Hono example as a Worker', () => {
  const configPath = join(import.meta.dirname, '../../examples/hono/wrangler.toml')
  behindGatehouseContract(() => startInFrontOfWorker(configPath))
})
