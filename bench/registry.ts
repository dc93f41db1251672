import { bundle } from './bundle.ts'
import { WEB_APIS_ONLY } from './gatehouse.ts'
import { get } from './http.ts'
import type { Effort } from './options.ts'
import { progress } from './progress.ts'
import type { Growth } from './record.ts'
import { sweep } from './sweep.ts'
import { serve } from './workerd.ts'

/** An object is filled in calls of this many sessions. */
const AT_A_TIME = 2000
const RENEWALS_AT_ONCE = 64

const OPERATIONS = ['refresh', 'isLive', 'list'] as const

/** How one organization's registry bears many sessions: src/registry/organization-sessions.ts in workerd, on disk. */
export async function measureRegistry({ rounds, sizes, repetitions }: Effort['registry']): Promise<Growth> {
  const workerd = await serve({
    files: { 'registry.js': await bundle('bench/workers/registry.ts') },
    entry: 'registry',
    services: [
      {
        name: 'registry',
        modules: ['registry.js'],
        flags: WEB_APIS_ONLY,
        bindings: { SESSIONS: { durableObjectNamespace: 'Registry' } },
        durableObject: { className: 'Registry', disk: 'sessions' },
      },
      { name: 'sessions', disk: 'sessions', writable: true },
    ],
  })
  const ask = async (path: string, parameters: Readonly<Record<string, string | number>>) => {
    const query = new URLSearchParams(
      Object.entries(parameters).map(([name, value]) => [name, String(value)]),
    )
    const { status, body } = await get(`${workerd.origin}${path}?${query}`, {})
    if (status !== 200) throw new Error(`${path} ${query}: ${status} ${body}`)
    return Number(body)
  }
  try {
    for (const size of sizes) {
      progress(`registry: opening ${size} sessions`)
      for (let from = 0; from < size; from += AT_A_TIME) {
        await ask('/fill', { size, from, to: Math.min(size, from + AT_A_TIME) })
      }
    }
    const operations = OPERATIONS.flatMap((operation) =>
      sizes.map((size) => ({
        x: size,
        take: async () => ({ [operation]: await ask('/time', { operation, size, repetitions }) }),
      })),
    )
    const renew = (size: number, atOnce: number) => ask('/renew', { size, renewals: repetitions, atOnce })
    const calls = sizes.map((size) => ({
      x: size,
      take: async () => ({ 'refresh, by call': 1e6 / (await renew(size, 1)) }),
    }))
    const renewals = sizes
      .filter((size) => size >= RENEWALS_AT_ONCE)
      .map((size) => ({
        x: size,
        take: async () => ({ [`${RENEWALS_AT_ONCE} at once`]: await renew(size, RENEWALS_AT_ONCE) }),
      }))
    return {
      series: [
        {
          id: 'registry',
          title: 'Inside the registry of an organization',
          how: 'The methods of `OrganizationSessions` in a loop inside the object, on random sessions; three sessions per person. The way to the object and the writing to disk are not in here: the budget is about the next plot, which has both.',
          x: 'sessions in the registry',
          y: 'one operation (µs)',
          lines: await sweep('registry: operations', operations, rounds),
          budget: undefined,
          compares: true,
        },
        {
          id: 'refresh',
          title: 'A renewal, as the gate waits for it',
          how: 'Calls of `refresh` from a Worker, one after the other, each a new generation and written to the local disk before it is answered.',
          x: 'sessions in the registry',
          y: 'one renewal (µs)',
          lines: await sweep('registry: calls', calls, rounds),
          budget: 1.5,
          compares: true,
        },
        {
          id: 'renewals',
          title: 'Renewals that one registry object holds',
          how: `The same calls, ${RENEWALS_AT_ONCE} at a time, each for another session.`,
          x: 'sessions in the registry',
          y: 'renewals per second',
          lines: await sweep('registry: renewals', renewals, rounds),
          budget: undefined,
          compares: true,
        },
      ],
    }
  } finally {
    await workerd.stop()
  }
}
