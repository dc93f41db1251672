import { describe } from 'vitest'
import { assertionConsumerContract } from './assertion-consumer.ts'
import { type StartBackend, startBackend } from './backend-process.ts'
import { behindGatehouseContract, startInFrontOfProcess } from './behind-gatehouse.ts'

const start: StartBackend = (settings) => startBackend('express', ['node', 'server.ts'], settings)

describe('the Express example', () => {
  assertionConsumerContract(start)
  behindGatehouseContract(() => startInFrontOfProcess(start))
})
