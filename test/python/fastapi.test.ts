import { describe } from 'vitest'
import { assertionConsumerContract } from '../support/node/assertion-consumer.ts'
import { type StartBackend, startBackend } from '../support/node/backend-process.ts'
import { behindGatehouseContract, startInFrontOfProcess } from '../support/node/behind-gatehouse.ts'
import { PYTHON } from './python.ts'

const start: StartBackend = (settings) => {
  const command = [PYTHON, '-m', 'uvicorn', 'main:app', '--port', `${settings.port}`] as const
  return startBackend('fastapi', command, settings)
}

describe('the FastAPI example', () => {
  assertionConsumerContract(start)
  behindGatehouseContract(() => startInFrontOfProcess(start))
})
