/** A metered thing: so much is in the plan, the rest is paid by the unit. */
export interface Price {
  readonly what: string
  readonly unit: string
  /** How many of the metered thing one unit is. */
  readonly perUnit: number
  readonly dollars: number
  readonly included: number
  readonly page: keyof typeof PRICE_PAGES
}

const MILLION = 1e6

export const PRICES_READ_ON = '2026-11-25'

export const PRICE_PAGES = {
  workers: 'https://developers.cloudflare.com/workers/platform/pricing/',
  kv: 'https://developers.cloudflare.com/kv/platform/pricing/',
  'durable objects': 'https://developers.cloudflare.com/durable-objects/platform/pricing/',
} as const

/** The Workers Paid plan, a month. */
export const PLAN_DOLLARS = 5

const perMillion = (what: string, dollars: number, included: number, page: Price['page'], unit = 'million') =>
  ({ what, unit, perUnit: MILLION, dollars, included, page }) as const satisfies Price
const perGigabyteMonth = (what: string, dollars: number, included: number, page: Price['page']) =>
  ({ what, unit: 'GB-month', perUnit: 1, dollars, included, page }) as const satisfies Price

/** What Cloudflare publishes for the Workers Paid plan, in US dollars. */
export const PRICES = {
  workerRequests: perMillion('Worker requests', 0.3, 10 * MILLION, 'workers'),
  cpuMilliseconds: perMillion('CPU (ms)', 0.02, 30 * MILLION, 'workers'),
  kvReads: perMillion('KV reads', 0.5, 10 * MILLION, 'kv'),
  kvWrites: perMillion('KV writes', 5, MILLION, 'kv'),
  kvDeletes: perMillion('KV deletes', 5, MILLION, 'kv'),
  kvGigabytes: perGigabyteMonth('KV storage (GB)', 0.5, 1, 'kv'),
  registryRequests: perMillion('Durable Object requests', 0.15, MILLION, 'durable objects'),
  registryGigabyteSeconds: perMillion('Durable Object duration (GB-s)', 12.5, 400_000, 'durable objects'),
  rowsRead: perMillion('SQLite rows read', 0.001, 25_000 * MILLION, 'durable objects'),
  rowsWritten: perMillion('SQLite rows written', 1, 50 * MILLION, 'durable objects'),
  registryGigabytes: perGigabyteMonth('SQLite storage (GB)', 0.2, 5, 'durable objects'),
} as const satisfies Readonly<Record<string, Price>>

export type Metric = keyof typeof PRICES
export type Metered = Readonly<Record<Metric, number>>
