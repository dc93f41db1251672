import { describe } from 'vitest'
import { assertionConsumerContract } from '../support/node/assertion-consumer.ts'
import { type StartBackend, startBackend } from '../support/node/backend-process.ts'
import { behindGatehouseContract, startInFrontOfProcess } from '../support/node/behind-gatehouse.ts'

const start: StartBackend = (settings) => startBackend('express', ['node', 'server.ts'], settings)

describe('the Express example', () => {
  assertionConsumerContract(start)
  behindGatehouseContract(() => startInFrontOfProcess(start))
})
