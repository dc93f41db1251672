import type { Person, Session } from './session.ts'

/** The tenant whose sessions are kept together: the organization, or the connection where there is none. */
export const tenantOf = ({ organizationId, connectionId, subject }: Person): string =>
  organizationId ?? connectionId ?? subject

/**
 * The registry object for a person. A tenant too large for one object is split into shards by subject, so that all
 * sessions of a person are in one.
 */
export const registryName = (person: Person, shards: number): string =>
  shardName(tenantOf(person), shards, hash(person.subject) % shards)

/** Every registry object that sessions of a tenant may be in. @param shardCounts all that the configuration has */
export const registryNames = (tenant: string, shardCounts: readonly number[]): string[] => [
  ...new Set(
    shardCounts.flatMap((shards) =>
      Array.from({ length: shards }, (_, shard) => shardName(tenant, shards, shard)),
    ),
  ),
]

/** Where a session is, whatever the number of shards has become since it was opened. */
export const registryOf = (session: Session): string => session.registry ?? tenantOf(session)

const shardName = (tenant: string, shards: number, shard: number): string =>
  shards === 1 ? tenant : `${tenant}/${shard}-of-${shards}`

/** FNV-1a, 32 bits: spreads well and needs no promise of secrecy. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value
}
