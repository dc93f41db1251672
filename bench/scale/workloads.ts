import type { Workload } from './model.ts'

/** An ordinary site: a handbook that people look into every working day. */
const HABITS = {
  pagesPerUser: 200,
  assetsPerPage: 5,
  visitsPerUser: 20,
  sessionMinutes: 30,
  lifetimeSeconds: 5 * 60,
  strictShare: 0.05,
  logoutShare: 0.1,
  webSocketsPerUser: 0,
  webSocketHours: 0.5,
  webhooksPerOrganization: 10,
  shards: 1,
  peakFactor: 12,
} as const satisfies Partial<Workload>

export const DEFAULT_WORKLOAD: Omit<Workload, 'largestOrganization'> = {
  ...HABITS,
  users: 100_000,
  organizations: 100,
}

/** Unless it is told: ten times the average, as customers differ. */
export const largestOrganizationOf = ({ users, organizations }: Pick<Workload, 'users' | 'organizations'>) =>
  Math.min(organizations === 1 ? users : users - (organizations - 1), Math.ceil((10 * users) / organizations))

/** The three of docs/scaling.md. */
export const SAMPLES: readonly (readonly [name: string, workload: Workload])[] = [
  ['small', { ...HABITS, users: 10_000, organizations: 20, largestOrganization: 5000 }],
  ['middle', { ...HABITS, users: 100_000, organizations: 100, largestOrganization: 10_000 }],
  ['large', { ...HABITS, users: 1_000_000, organizations: 500, largestOrganization: 50_000 }],
]
