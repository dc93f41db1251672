import type { EpochSeconds } from '../../../src/base/time.ts'
import { ANY_ORGANIZATION, assets, defineConfig } from '../../../src/config.ts'
import { parseCanonicalUrl } from '../../../src/policy/canonical-url.ts'
import { type CompiledSite, compileSites } from '../../../src/policy/site-directory.ts'
import type { ForSite } from '../../../src/request/refused.ts'
import { type Arrival, arrive, atSite, type Visit } from '../../../src/request/visit.ts'

/** When every page of these is shown: a Thursday morning. */
export const SHOWN_AT = (Date.parse('2026-11-26T09:30:00Z') / 1000) as EpochSeconds

const ACME = 'org_20000000000000002'

const { exact } = compileSites(
  defineConfig({
    loginHost: 'login.example.com',
    organizations: { [ACME]: 'Acme', org_20000000000000003: 'Globex' },
    sites: {
      'docs.example.com': {
        organization: ACME,
        upstream: assets(),
        loginHost: false,
        brand: {
          name: 'Acme Handbook',
          logo: '/favicon.svg',
          accent: '#b4420f',
          support: { text: 'Acme Service Desk', email: 'help@acme.example' },
          links: [
            { text: 'Imprint', url: 'https://acme.example/imprint' },
            { text: 'Privacy', url: 'https://acme.example/privacy' },
          ],
        },
      },
      'moved.example.com': {
        upstream: assets(),
        loginHost: false,
        brand: { name: 'Moved House', logo: '/logo-of-last-year.svg', accent: '#5b3fd6' },
      },
      'plain.example.com': { upstream: assets(), loginHost: false },
      'explains.example.com': { upstream: assets(), loginHost: false, explainDenials: true },
      'reports.example.com': {
        organization: ANY_ORGANIZATION,
        upstream: assets(),
        // Hardly to be read as it is, in one of the themes.
        brand: {
          name: 'Quarterly Reports',
          accent: '#ffd400',
          support: { text: 'Finance', url: 'https://example.com' },
        },
      },
    },
  }),
)

/** Hosts, and what is special about them. */
export const DOCS = 'docs.example.com'
/** With a logo that is not there. */
export const MOVED = 'moved.example.com'
/** Without a brand. */
export const PLAIN = 'plain.example.com'
/** With `explainDenials`. */
export const EXPLAINS = 'explains.example.com'
/** Signs in at the login host. */
export const REPORTS = 'reports.example.com'
/** The login host, which is no site. */
export const LOGIN_HOST = 'login.example.com'

/** A browser's request, as it arrives where no site is known yet. @param language what the browser prefers */
export function arrivalAt(language: string, address: string): Arrival {
  const url = parseCanonicalUrl(address)
  if (!url.ok) throw new Error(`no address: ${address}`)
  const request = new Request(address, {
    headers: {
      'Accept-Language': language,
      'CF-Ray': '9a1b2c3d4e5f6071-FRA',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    },
  })
  return arrive({
    request,
    url: url.value,
    cookies: null,
    now: SHOWN_AT,
    basePath: '/auth',
    waitUntil: () => {},
    abort: () => {},
    extensions: {},
  })
}

const siteAt = (host: string): CompiledSite => exact.get(host) as CompiledSite

/** The same at one of the sites above. */
export function visitTo(language: string, host: string, path = '/'): Visit {
  const site = siteAt(host)
  return atSite(arrivalAt(language, `https://${host}${path}`), site, site.upstream)
}

/** A site as the login host signs people in for it. */
export const FOR_REPORTS: ForSite = { origin: `https://${REPORTS}`, site: siteAt(REPORTS) }
