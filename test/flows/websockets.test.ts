import { expect, test } from 'vitest'
import { APP, createWorld } from './world.ts'

test('a WebSocket of the site passes with a session, and stays an upgrade', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.pages.answer = () => new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })
  const headers = { Upgrade: 'websocket', Connection: 'Upgrade', Origin: APP }
  const response = await browser.request(`${APP}/socket`, { headers })
  expect(response.status).toBe(101)
  expect(response.webSocket).toBeTruthy()
  expect(world.pages.last?.headers.get('Upgrade')).toBe('websocket')
})

test.each(['https://evil.example', 'http://app.example.com', 'https://docs.example.com', 'null'])(
  'a WebSocket that a page of %s opens is refused, session or not (cross-site WebSocket hijacking)',
  async (origin) => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    const headers = { Upgrade: 'websocket', Origin: origin }
    const before = world.pages.requests.length
    const response = await browser.request(`${APP}/socket`, { headers })
    expect(response.status).toBe(403)
    expect(world.refusals).toEqual(['foreign_websocket'])
    expect(world.pages.requests).toHaveLength(before)
  },
)
