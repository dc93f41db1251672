import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StartBackend } from './backend-process.ts'
import { freePort } from './port.ts'
import { type Servers, startServers } from './start-servers.ts'
import { useBrowser } from './use-browser.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/backends')

/** What runs: Gatehouse, the simulator and the backend. */
type Running = Pick<Servers, 'gatehouse' | 'stop'>

/** Gatehouse with `origin()` of a backend that is a process. */
export async function startInFrontOfProcess(start: StartBackend): Promise<Running> {
  const port = await freePort()
  const vars = { BACKEND_ORIGIN: `http://127.0.0.1:${port}` }
  const servers = await startServers({ gatehouseConfig: join(FIXTURES, 'origin.toml'), vars })
  const { gatehouse } = servers
  try {
    const backend = await start({ port, issuer: `${gatehouse.origin}/auth`, audience: gatehouse.hostname })
    return {
      gatehouse,
      stop: async () => {
        await backend.stop()
        await servers.stop()
      },
    }
  } catch (error) {
    await servers.stop()
    throw error
  }
}

/** Gatehouse with `service('APP')`, a Worker. @param configPath the Worker's wrangler.toml */
export const startInFrontOfWorker = (configPath: string): Promise<Running> =>
  startServers({
    gatehouseConfig: join(FIXTURES, 'service.toml'),
    backend: {
      configPath,
      vars: ({ origin, hostname }) => ({ GATEHOUSE_ISSUER: `${origin}/auth`, GATEHOUSE_AUDIENCE: hostname }),
    },
  })

/** The whole way: a person signs in, and the backend knows them by keys that it fetched from Gatehouse itself. */
export function behindGatehouseContract(start: () => Promise<Running>): void {
  describe('behind Gatehouse', () => {
    let running: Running
    let context: BrowserContext
    const shared = useBrowser()
    beforeAll(async () => {
      running = await start()
      context = await shared.browser.newContext()
    })
    afterAll(async () => {
      await context?.close()
      await running?.stop()
    })

    const at = (path: string) => new URL(path, running.gatehouse).href
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const response = await context.request.get(at(path), { headers, maxRedirects: 0 })
      return { status: response.status(), body: await response.text() }
    }

    test('the backend says who signed in', async () => {
      expect((await ask('/api/me')).status).toBe(401)
      const page = await context.newPage()
      await page.goto(at('/api/me'))
      await page.getByLabel('Work e-mail').fill('ann@example.com')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.locator('form button[type=submit]').click()
      await page.waitForURL(at('/api/me'))

      const response = await page.reload()
      expect(await response?.json()).toMatchObject({
        sub: expect.stringMatching(/./),
        email: 'ann@example.com',
        org: expect.stringMatching(/^org_/),
      })
      expect((await ask('/api/admin')).status).toBe(403)
    })

    test('headers of their own making change nothing', async () => {
      const answer = await ask('/api/me', {
        'Gatehouse-Assertion': 'e30.e30.AA',
        'X-Forwarded-User': 'boss',
        'X-Forwarded-Email': 'boss@example.com',
      })
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.body)).toMatchObject({ email: 'ann@example.com' })
    })

    test('on a public path the backend is told of nobody', async () => {
      const answer = await ask('/')
      expect(answer.status).toBe(401)
      expect(answer.body).toMatch(/Gatehouse-Assertion/)
    })
  })
}
