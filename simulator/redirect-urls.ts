/** The addresses registered for the client, with the names of Scalekit's client object. */
export interface RedirectUrls {
  /** "Allowed callback URLs"; the first one without a wildcard is the default. */
  readonly post_login_uris: readonly string[]
  /** "Initiate login URL": where a login that starts at the identity provider arrives. */
  readonly initiate_login_uri: string
  readonly post_logout_redirect_uris: readonly string[]
  /** "Back-channel logout URL": where a logout token is posted when somebody is logged out here. */
  readonly backchannel_logout_uri?: string | null
}

/**
 * What a Gatehouse at some origins needs; on localhost its sub-domains too, for deployments with many hosts.
 *
 * @param appOrigins one, or several of which the first gets the logins that start at the identity provider
 */
export function redirectUrlsFor(appOrigins: string | readonly string[], basePath = '/auth'): RedirectUrls {
  const origins = [appOrigins].flat().flatMap((origin) => {
    const { protocol, hostname, port } = new URL(origin)
    return hostname === 'localhost'
      ? [origin, `${protocol}//*.localhost${port === '' ? '' : `:${port}`}`]
      : [origin]
  })
  return {
    post_login_uris: origins.map((o) => `${o}${basePath}/callback`),
    initiate_login_uri: `${origins[0]}${basePath}/login`,
    post_logout_redirect_uris: origins.map((o) => `${o}${basePath}/signed-out`),
  }
}

/**
 * Scalekit compares character by character: scheme, host, port, path and a slash at the end. A wildcard, possible in
 * development only, stands for one or more characters of one label of the host.
 */
export function isRegistered(registered: readonly string[], uri: string): boolean {
  return registered.some((candidate) => {
    if (!candidate.includes('*')) return candidate === uri
    const [before = '', after = ''] = candidate.split('*')
    const label = uri.slice(before.length, uri.length - after.length)
    return uri === before + label + after && /^[a-z0-9-]+$/.test(label)
  })
}

/** The callback URL that a login started at the identity provider may go to. */
export const defaultCallback = ({ post_login_uris }: RedirectUrls): string | undefined =>
  post_login_uris.find((uri) => !uri.includes('*'))

/** Why Scalekit's dashboard would not take a URL, or undefined where it would. */
export function redirectUrlProblem(uri: string): string | undefined {
  if (uri.length > 256) return 'is longer than 256 characters'
  if (/[?#]/.test(uri)) return 'has a query or a fragment'
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/@\s]+)(\/\S*)?$/.exec(uri)
  if (parts === null || !URL.canParse(uri)) return 'is not an absolute URL in lower case without user name'
  const [, scheme = '', host = '', path = ''] = parts
  if (['javascript', 'data', 'vbscript', 'file', 'blob'].includes(scheme)) return `has the scheme ${scheme}`
  if (!uri.includes('*')) return undefined
  if (uri.indexOf('*') !== uri.lastIndexOf('*') || path.includes('*'))
    return 'has more than one wildcard, or one outside the host'
  const labels = host.replace(/:\d+$/, '').split('.')
  if (!labels[0]?.includes('*')) return 'has a wildcard that is not in the outermost label'
  const isLocal = labels.length === 2 && labels[1] === 'localhost'
  return labels.length > 2 || isLocal ? undefined : 'has a wildcard directly under a top-level domain'
}

/** `uri` with further query parameters; undefined ones are left out. */
export function withQuery(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(uri)
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.append(name, value)
  }
  return url.href
}
