import { fnv1a } from '../base/fnv1a.ts'
import { MAX_SHARDS } from '../config.ts'
import type { Person, Session } from '../tokens/session.ts'

/** Under whom sessions are registered together: the organization, or the connection where there is none. */
export const registrantOf = ({ organizationId, connectionId, subject }: Person): string =>
  organizationId ?? connectionId ?? subject

/**
 * The registry object for a person. A registrant too large for one object is split into shards by subject, so that all
 * sessions of a person are in one.
 */
export const registryName = (person: Person, shards: number): string =>
  shardName(registrantOf(person), fnv1a(person.subject) % shards)

/**
 * Every registry object that sessions of a registrant may be in. Names do not tell the number of shards, so sessions are
 * found however that number has changed since they were opened.
 *
 * @param sharded whether the configuration mentions shards at all
 */
export const registryNames = (registrant: string, sharded: boolean): string[] =>
  Array.from({ length: sharded ? MAX_SHARDS : 1 }, (_, shard) => shardName(registrant, shard))

/** Where a session is, whatever the number of shards has become since it was opened. */
export const registryOf = (session: Session): string => session.registry ?? registrantOf(session)

/** The registrant of a registry object. */
export const registrantOfRegistry = (name: string): string => name.replace(/#\d+$/, '')

const shardName = (registrant: string, shard: number): string =>
  shard === 0 ? registrant : `${registrant}#${shard}`
