import { cpuMicroseconds } from './cpu.ts'
import { SESSION, servedGatehouse, signIn } from './gatehouse.ts'
import type { Effort } from './options.ts'
import { HOST, JANE } from './people.ts'
import type { Growth, Line } from './record.ts'
import { quantile } from './statistics.ts'
import { sweep } from './sweep.ts'
import { serve } from './workerd.ts'

const HOW =
  'Logins from `/auth/login` to the session cookie, with every check: record in KV, token request, ID token verified, session registered, all in one organization and so in one registry object. The OpenID Provider and KV are stubs in the same workerd; the provider signs each ID token with RSA, which is a part of the time.'

/** Full logins, many at once. */
export async function measureLogins({ rounds, atOnce, loginsPerValue }: Effort['logins']): Promise<Growth> {
  const site = { organization: JANE.organization, upstream: { kind: 'assets' as const } }
  const workerd = await serve(await servedGatehouse({ session: SESSION, sites: { [HOST]: site } }))
  let people = 0

  async function rush(count: number) {
    const took: number[] = []
    const each = Math.ceil(loginsPerValue / count)
    const cpuBefore = cpuMicroseconds(workerd.pid)
    const before = performance.now()
    await Promise.all(
      Array.from({ length: count }, async () => {
        for (let done = 0; done < each; done += 1) {
          people += 1
          const begun = performance.now()
          await signIn(workerd.origin, HOST, `user-${people}`)
          took.push(performance.now() - begun)
        }
      }),
    )
    const seconds = (performance.now() - before) / 1000
    return {
      'logins per second': took.length / seconds,
      median: quantile(took, 0.5),
      '95 of 100': quantile(took, 0.95),
      'CPU per login': (cpuMicroseconds(workerd.pid) - cpuBefore) / 1000 / took.length,
    }
  }

  try {
    const measurements = atOnce.map((count) => ({ x: count, take: () => rush(count) }))
    const lines = await sweep('logins', measurements, rounds)
    const named = (...names: string[]): Line[] => lines.filter(({ name }) => names.includes(name))
    const x = 'logins at once'
    return {
      series: [
        {
          id: 'login-rate',
          title: 'Logins per second',
          how: HOW,
          x,
          y: 'logins per second',
          lines: named('logins per second'),
          budget: undefined,
          compares: false,
        },
        {
          id: 'login-time',
          title: 'Time of a login',
          how: 'The same logins, as the browser waits for them, without the time at the provider’s page; and the CPU time of the whole workerd process.',
          x,
          y: 'one login (ms)',
          lines: named('median', '95 of 100', 'CPU per login'),
          budget: undefined,
          compares: false,
        },
      ],
    }
  } finally {
    await workerd.stop()
  }
}
