import type { Brand as BrandSettings } from '../config.ts'
import { UNREADABLE_HOST } from '../policy/canonical-url.ts'
import type { ForSite } from '../request/refused.ts'
import type { Arrival, Visit } from '../request/visit.ts'
import { type Paints, paintsOf } from './accent.ts'
import type { Words } from './words/words.ts'

/** Where a page is shown; the site, where it is known. */
export type Place = Pick<Arrival, 'url'> &
  Partial<Pick<Visit, 'site'>> & {
    /** At the login host: the site that somebody signs in for. */
    readonly forSite?: ForSite | undefined
  }

/** A link of a brand. What it shows is text, to be escaped; where it leads is `https:`, `mailto:`, or http on this machine. */
export interface BrandLink {
  readonly text: string
  readonly href: string
}

/** How a page introduces a site. */
export interface Brand {
  /** What people call the site, or its host. */
  readonly name: string
  /** Where that is, to be shown beside a name: a name can say anything. */
  readonly host: string
  /** Of an `<img>`, and the one source of images that the policy of the page lets in. */
  readonly logo: { readonly src: string; readonly source: string } | undefined
  /** Can be read in either theme, and written on; `undefined`: Gatehouse's own. */
  readonly accent: Paints | undefined
  readonly support: BrandLink | undefined
  readonly links: readonly BrandLink[]
}

/**
 * The brand of the site that somebody is at, or, at the login host, of the one that they sign in for: each speaks for itself only. Where no
 * site is known there is the host, and nothing else.
 */
export function brandOf(place: Place, words: Words): Brand {
  const { url, site, forSite } = place
  const shown = forSite?.site ?? site
  const settings = shown?.brand ?? {}
  const host = hostOf(place, words)
  const origin = forSite?.origin ?? url.origin
  const { name, accent, support, links = [] } = settings
  return {
    name: name ?? host,
    host,
    // A login host that is no site has no files.
    logo: logoOf(settings, shown?.hasPages === true ? origin : undefined),
    accent: accent === undefined ? undefined : paintsOf(accent),
    support: support && {
      text: support.text,
      href: 'email' in support ? `mailto:${support.email}` : support.url,
    },
    links: links.map(({ text, url: href }) => ({ text, href })),
  }
}

/** The host of that site, or what stands for one that nobody can read. */
export function hostOf({ url, forSite }: Place, words: Words): string {
  if (forSite !== undefined) return new URL(forSite.origin).hostname
  return url.host === UNREADABLE_HOST ? words.thisSite : url.host
}

function logoOf({ logo }: BrandSettings, origin: string | undefined): Brand['logo'] {
  if (logo === undefined) return undefined
  // Of `data:` a policy knows no single one (CSP level 3 section 2.3.1).
  if (logo.startsWith('data:')) return { src: logo, source: 'data:' }
  return origin === undefined ? undefined : { src: origin + logo, source: origin + logo }
}
