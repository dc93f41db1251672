import type { ClaimNames, GatehouseConfig } from '../config.ts'

/** Names that Scalekit writes itself: a custom attribute of that name is dropped, in silence. */
const RESERVED = new Set(['roles', 'permissions'])

/** What a configuration says that works, and hardly as it is meant. Problems keep a deployment from starting; these do not. */
export function configWarnings({ claims, sites }: Pick<GatehouseConfig, 'claims' | 'sites'>): string[] {
  const ofSites = Object.entries(sites).flatMap(([key, site]) =>
    reservedClaims(`sites[${JSON.stringify(key)}].claims`, site.claims),
  )
  return [...reservedClaims('claims', claims), ...ofSites]
}

const reservedClaims = (place: string, claims: ClaimNames = {}): string[] =>
  Object.entries(claims).flatMap(([kind, name]) =>
    name !== undefined && RESERVED.has(name)
      ? [
          `${place}.${kind} is '${name}', a name that Scalekit keeps to itself: in Modular SSO an attribute of that name never ` +
            `arrives. Have it sent under another, such as 'idp_${name}'; the roles of full-stack mode need no claim here.`,
        ]
      : [],
  )
