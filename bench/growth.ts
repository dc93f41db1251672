import { newKeys } from '../src/crypto/new-keys.ts'
import { bundle } from './bundle.ts'
import { WEB_APIS_ONLY } from './gatehouse.ts'
import { get } from './http.ts'
import type { Effort } from './options.ts'
import type { Series } from './record.ts'
import { sweep } from './sweep.ts'
import { serve } from './workerd.ts'

const BUDGET = 1.5

type Plan = Omit<Series, 'lines'> & {
  /** Name of a line, and of the decision in workers/decisions.ts. */
  readonly decisions: readonly (readonly [line: string, decision: string])[]
  readonly sizes: readonly number[]
}

const PLANS: readonly Plan[] = [
  {
    id: 'rules',
    title: 'Rules of a site',
    how: '`parseCanonicalUrl`, `route` and `judge` of src/gate in a loop inside workerd: rules `/section-<n>/*` with a role each; the path belongs to the first, to the last or to none of them.',
    x: 'rules',
    y: 'one decision (µs)',
    decisions: [
      ['the first rule matches', 'rules first'],
      ['the last rule matches', 'rules last'],
      ['no rule matches', 'rules none'],
    ],
    sizes: [1, 10, 100, 1000],
    budget: BUDGET,
    compares: true,
  },
  {
    id: 'sites',
    title: 'Sites of a deployment',
    how: '`findSiteFor` of src/deployment/site-store.ts in a loop inside workerd: that many host names, and as many wildcards. Those in KV, half of them by wildcards, have been read.',
    x: 'sites',
    y: 'finding one (µs)',
    decisions: [
      ['a host name', 'sites exact'],
      ['by wildcard', 'sites wildcard'],
      ['an unknown host', 'sites none'],
      ['a host name in KV', 'sites kv exact'],
      ['by wildcard in KV', 'sites kv wildcard'],
    ],
    sizes: [1, 10, 100, 1000, 10_000],
    budget: BUDGET,
    compares: true,
  },
  {
    id: 'groups',
    title: 'Groups of a person',
    how: 'As with rules; one rule asks for a group, and the person is in that many others that come before it.',
    x: 'groups',
    y: 'one decision (µs)',
    decisions: [['the last group is the one', 'groups last']],
    sizes: [0, 10, 50, 100, 200],
    budget: undefined,
    compares: true,
  },
  {
    id: 'claims',
    title: 'Size of a session',
    how: '`verifySessionToken` of src/tokens/session-token.ts in a loop inside workerd, that is, of a token that is seen for the first time; 3,500 bytes are the most that a login may need.',
    x: 'session token (bytes)',
    y: 'verifying one (µs)',
    decisions: [['verified in full', 'claims']],
    sizes: [500, 1000, 2000, 3500],
    budget: undefined,
    compares: true,
  },
]

/** How the time of a decision grows with what it has to look at. */
export async function measureGrowth({ rounds, millisecondsPerValue }: Effort['growth']): Promise<Series[]> {
  const workerd = await serve({
    files: { 'decisions.js': await bundle('bench/workers/decisions.ts') },
    entry: 'decisions',
    services: [
      {
        name: 'decisions',
        modules: ['decisions.js'],
        flags: WEB_APIS_ONLY,
        bindings: { GATEHOUSE_KEYS: { text: await newKeys() } },
      },
    ],
  })
  try {
    const series: Series[] = []
    for (const { decisions, sizes, ...plan } of PLANS) {
      const measurements = decisions.flatMap(([line, decision]) =>
        sizes.map((x) => ({
          x,
          take: async () => {
            const query = new URLSearchParams({
              decision,
              size: String(x),
              milliseconds: String(millisecondsPerValue),
            })
            const { status, body } = await get(`${workerd.origin}/?${query}`, {})
            if (status !== 200) throw new Error(`${decision} of ${x}: ${status} ${body}`)
            return { [line]: Number(body) }
          },
        })),
      )
      series.push({ ...plan, lines: await sweep(`growth: ${plan.title}`, measurements, rounds) })
    }
    return series
  } finally {
    await workerd.stop()
  }
}
