/** The Durable Object class in which sessions are kept. */
export const SESSIONS_CLASS = 'OrganizationSessions'

/** Of the rate limit for logins that nobody finishes. */
export const LOGIN_LIMIT = { limit: 60, period: 60 } as const

/** @param first `run_worker_first`: whether Cloudflare asks the Worker before it serves any file */
export const isWorkerFirst = (first: unknown): boolean =>
  Array.isArray(first)
    ? first.includes('/*') && !first.some((path) => `${path}`.startsWith('!'))
    : first === true

/** For one more migration: the next number where tags are numbered, and otherwise one that nobody else has. */
export function freshTag(tags: readonly string[]): string {
  const numbers = tags.map((tag) => /^v(\d+)$/.exec(tag)?.[1])
  if (numbers.every((each) => each !== undefined)) return `v${Math.max(0, ...numbers.map(Number)) + 1}`
  const others = Array.from({ length: tags.length }, (_, index) => `gatehouse-v${index + 2}`)
  return ['gatehouse-v1', ...others].find((tag) => !tags.includes(tag)) ?? 'gatehouse'
}

/** Rate limits with one number are one counter in an account. @param taken the numbers that a wrangler file has */
export function freshNamespaceId(taken: readonly unknown[]): string {
  let id = 1001
  while (taken.includes(`${id}`)) id++
  return `${id}`
}
