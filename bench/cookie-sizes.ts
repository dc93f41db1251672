import { parseKeyRing } from '../src/crypto/key-ring.ts'
import { newKeys } from '../src/crypto/new-keys.ts'
import { cookieName } from '../src/request/cookies.ts'
import { worker } from './contestants.ts'
import { cpuMicroseconds } from './cpu.ts'
import { SESSION, servedGatehouse } from './gatehouse.ts'
import { get } from './http.ts'
import type { LoadGenerator } from './load/load.ts'
import type { Effort } from './options.ts'
import { BROWSER_HEADERS, PAGE_PATH } from './page.ts'
import { HOST, JANE } from './people.ts'
import type { Series } from './record.ts'
import { tokenOfSize } from './sessions.ts'
import { sweep } from './sweep.ts'
import { serve } from './workerd.ts'

/** What a larger cookie costs a whole request, to Gatehouse and to a Worker that does not look at it. */
export async function measureCookieSizes(
  generator: LoadGenerator,
  { rounds, cookieBytes, secondsPerCookie }: Effort['growth'],
): Promise<Series> {
  const keys = await newKeys()
  const keyRing = await parseKeyRing(keys)
  if (!keyRing.ok) throw new Error(keyRing.error.join('\n'))
  const site = { organization: JANE.organization, upstream: { kind: 'assets' as const } }
  const running = {
    Gatehouse: await serve(await servedGatehouse({ session: SESSION, sites: { [HOST]: site } }, { keys })),
    'bare Worker': await serve(await worker('bench/workers/bare.ts')),
  }
  try {
    const measurements = await Promise.all(
      cookieBytes.map(async (bytes) => {
        const Cookie = `${cookieName('session', 'https')}=${await tokenOfSize(bytes, keyRing.value)}`
        return Object.entries(running).map(([name, { origin, pid }]) => ({
          x: bytes,
          take: async () => {
            const target = { url: origin + PAGE_PATH, headers: { ...BROWSER_HEADERS, Cookie } }
            const { status } = await get(target.url, target.headers)
            const before = cpuMicroseconds(pid)
            const { requests, failed } = await generator.run(target, 1, secondsPerCookie)
            if (status !== 200 || failed > 0) throw new Error(`${name} refused a session of ${bytes} bytes`)
            return { [name]: (cpuMicroseconds(pid) - before) / requests }
          },
        }))
      }),
    )
    return {
      id: 'cookie-sizes',
      title: 'A signed-in page with a larger session',
      how: 'Whole requests, as in the table above, at 1 connection. Any Worker pays for a longer header; only Gatehouse looks at it.',
      x: 'session token (bytes)',
      y: 'CPU of a request (µs)',
      lines: await sweep('growth: cookies', measurements.flat(), rounds),
      budget: undefined,
      compares: true,
    }
  } finally {
    for (const workerd of Object.values(running)) await workerd.stop()
  }
}
