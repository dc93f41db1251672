import { base64url } from 'jose'
import { expect, test } from 'vitest'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

type Key = Record<string, string>

/** The keys of this world with one of them changed: 0 signs sessions, 1 signs assertions. */
function withChanged(world: World, at: 0 | 1, changes: Key): string {
  const keys: Key[] = JSON.parse(world.keys).keys
  return JSON.stringify({ keys: keys.map((key, index) => (index === at ? { ...key, ...changes } : key)) })
}

const secret = (value: (at: number) => number) =>
  base64url.encode(Uint8Array.from({ length: 32 }, (_, at) => value(at)))

test.each<[string, 0 | 1, Key]>([
  ['32 zeros', 0, { k: secret(() => 0) }],
  ['00 01 02 …', 0, { k: secret((at) => at) }],
  ['a pass phrase', 0, { k: base64url.encode('a pass phrase of more than 32 letters') }],
  ['words that nobody encoded', 0, { k: 'the-secret-that-was-in-the-example-of-a-blog' }],
  ['an assertion key whose private half is another’s', 1, { d: secret((at) => at * 73 + 19) }],
  ['an assertion key that is not on the curve', 1, { x: secret((at) => at * 73 + 19) }],
])(
  'with %s nobody gets in, the log says which key it is, and nothing quotes it',
  async (_case, at, changes) => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    world.log.length = 0
    world.deploy({ env: { GATEHOUSE_KEYS: withChanged(world, at, changes) } })
    for (const path of ['/', '/a', '/auth/login', '/auth/health']) {
      const response = await browser.visit(DOCS + path)
      expect([response.status, await shownCode(response)]).toEqual([503, 'misconfigured'])
    }
    expect(world.log[0]?.['problems']).toEqual([expect.stringContaining(`GATEHOUSE_KEYS, key ${at + 1}, `)])
    for (const value of Object.values(changes)) expect(JSON.stringify(world.log)).not.toContain(value)
  },
)

test('the first requests of an isolate, all at once, find one deployment and the same answer', async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  world.deploy()
  const pages = await Promise.all(Array.from({ length: 20 }, () => browser.visit(`${DOCS}/a`)))
  expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]))
  world.deploy({ env: { GATEHOUSE_KEYS: withChanged(world, 0, { k: secret(() => 0) }) } })
  const refused = await Promise.all(Array.from({ length: 20 }, () => browser.visit(`${DOCS}/a`)))
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
})
