import type { Environment } from './environment.ts'
import type { Organization } from './organizations.ts'

/** Where somebody can be signed in. */
export interface KnownSite {
  /** An origin. */
  readonly origin: string
  /** Whose members alone sign in there; undefined: anybody's. */
  readonly organization?: string | undefined
  /** Where a link starts a login. */
  readonly loginUrl: string
}

/** The sites that the application told of, or else those that the allowed callback URLs give away. */
export function knownSites({ sites, redirectUrls }: Environment): readonly KnownSite[] {
  if (sites.length > 0) return sites
  return redirectUrls.post_login_uris.flatMap((uri) => {
    const [, origin, basePath] = /^(https?:\/\/[^/*]+)(\/.*)?\/callback$/.exec(uri) ?? []
    return origin === undefined ? [] : [{ origin, loginUrl: `${origin}${basePath ?? ''}/login` }]
  })
}

/** A customer's own site before one for everybody; undefined where neither is known. */
export function siteFor(sites: readonly KnownSite[], { id }: Organization): KnownSite | undefined {
  return (
    sites.find(({ organization }) => organization === id) ??
    sites.find(({ organization }) => organization === undefined)
  )
}
