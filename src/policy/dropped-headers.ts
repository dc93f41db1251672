/** Headers of a request that no upstream gets, with the reason; names as {@link plainSpelling} gives them. */
interface HeaderFamily {
  readonly names: readonly string[]
  /** Why `passHeaders` may not name them. Where there is none, a site with something in front that sets them may. */
  readonly never?: string
}

const FAMILIES: readonly HeaderFamily[] = [
  {
    // Who is there, by which address the request came, and that it passed the gate (CVE-2025-64484).
    names: ['gatehouse-.*', 'x-forwarded(?:-.*)?', 'forwarded', 'http-(?:x-)?forwarded.*'],
    never: 'is for Gatehouse alone to send',
  },
  {
    // IIS, Symfony, Spring, nginx ingress, Envoy and others route by these, past the rule that was applied (CVE-2026-40575).
    names: [
      'x-original-(?:url|uri|path|query|host|method|proto|scheme|port|request.*)',
      'x-rewrite-.*',
      'x-override-url',
      'x-host',
      'x-http-host-override',
      'x-http-method(?:-.*)?',
      'x-method-override',
      'x-envoy-original-.*',
    ],
    never: 'makes servers read another address or method than the one that was judged',
  },
  {
    // CGI makes HTTP_PROXY of it, and the application sends its own requests where a visitor says (httpoxy, CVE-2016-5385).
    names: ['proxy'],
    never: 'makes applications send their own requests through the visitor’s proxy (CVE-2016-5385)',
  },
  {
    // RFC 9110 section 7.6.1; `http2-settings` and `upgrade` would take the connection to another protocol, past the gate.
    names: [
      'connection',
      'keep-alive',
      'proxy-(?:authenticate|authorization|connection)',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
      'http2-settings',
      'sec-websocket-(?:key|version|extensions|accept)',
    ],
    never: 'is about one connection, and ends at the gate',
  },
  // Where the client is: nginx, Akamai and Cloudflare Enterprise, Apache, HAProxy, Rackspace, Fastly. Logs, limits and allow lists believe it.
  {
    names: [
      'x-real-ip',
      'true-client-ip',
      '(?:x-|x-cluster-|fastly-|http-|proxy-|wl-proxy-)?client-ip',
      'x-azure-(?:clientip|socketip)',
      'x-original-.*',
    ],
  },
  // Who is there: CGI and Authelia, Kubernetes, Grafana, oauth2-proxy.
  { names: ['(?:x-)?remote-.*', 'x-webauth-.*', 'x-auth-request-.*', 'x-authentik-.*', 'x-pomerium-.*'] },
  // The same from Cloudflare Access, Azure App Service, AWS load balancers and Google's IAP.
  {
    names: [
      'cf-access-.*',
      'x-ms-(?:client-principal|token-).*',
      'x-amzn-oidc-.*',
      'x-goog-(?:.+-user|iap-).*',
    ],
  },
  // Which client certificate was shown: nginx, Traefik, Apache, Azure.
  { names: ['(?:x-)?ssl-client-.*', '(?:x-)?client-cert.*', 'x-amzn-mtls-.*', 'x-arr-clientcert'] },
  // Address, retries, timeouts and "this is an internal request", to an Envoy in front of the application.
  { names: ['x-envoy-.*'] },
]

const matching = (families: readonly HeaderFamily[]) =>
  new RegExp(`^(?:${families.flatMap(({ names }) => names).join('|')})$`)

const DROPPED = matching(FAMILIES)

/** CGI and WSGI servers read whatever is no letter or digit as `_`, so all such spellings are one name to them. */
const plainSpelling = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '-')

/** Whether a header of this name, in any spelling that some server would read as it, ends at the gate. */
export const isDropped = (name: string): boolean => DROPPED.test(plainSpelling(name))

/** What is wrong with naming a header in `passHeaders`, if anything is. */
export function passProblem(name: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return 'is not the name of a header'
  const spelling = plainSpelling(name)
  if (spelling === 'cookie' || spelling === 'host') return 'reaches the upstream as Gatehouse sends it'
  return FAMILIES.find((family) => family.never !== undefined && matching([family]).test(spelling))?.never
}
