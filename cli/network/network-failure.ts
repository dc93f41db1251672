/** Why no answer came from the network. */
export interface NetworkFailure {
  readonly kind: 'unknown_host' | 'no_network' | 'refused' | 'tls' | 'no_answer' | 'broken_off'
  /** Node's code, or its message. */
  readonly detail: string
}

/** Nothing is waited for longer, so that with its own start a command has ended after ten seconds. */
export const PATIENCE_MS = 9_000

type Kind = NetworkFailure['kind']

const KINDS: readonly (readonly [code: RegExp, kind: Kind])[] = [
  [/ENOTFOUND/, 'unknown_host'],
  [/EAI_AGAIN|ENETUNREACH|ENETDOWN|EHOSTUNREACH|ENONET/, 'no_network'],
  [/ECONNREFUSED/, 'refused'],
  [/CERT|SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/, 'tls'],
  [/TIMEOUT|ETIMEDOUT|DEADLINE/i, 'no_answer'],
]

/** Of an error that a socket, `fetch` or an SDK gave, whose cause says more than itself. */
export function networkFailureOf(error: unknown): NetworkFailure {
  const detail = detailOf(error)
  const kind = KINDS.find(([code]) => code.test(detail))?.[1] ?? 'broken_off'
  return { kind, detail }
}

function detailOf(error: unknown): string {
  // What was tried at several addresses has an error for each.
  const tried = error instanceof AggregateError ? error.errors[0] : error
  if (!(tried instanceof Error)) return String(tried)
  if (tried.cause instanceof Error) return detailOf(tried.cause)
  const { code } = tried as { readonly code?: unknown }
  if (typeof code === 'string') return code
  return tried.name === 'TimeoutError' ? 'TIMEOUT' : tried.message
}

/**
 * @param origin what was asked
 * @param remedy what to do where its address is not right, as in "correct the address after --live"
 */
export function networkFailureInWords(
  { kind, detail }: NetworkFailure,
  origin: string,
  remedy: string,
): string {
  const { host } = new URL(origin)
  switch (kind) {
    case 'unknown_host':
      return `There is no host ${host}: ${remedy}.`
    case 'no_network':
      return `${host} cannot be reached from here (${detail}): check the network, and a VPN or firewall between.`
    case 'refused':
      return `${host} takes no connections: ${remedy}.`
    case 'tls':
      return `${host} cannot be trusted, because its certificate or TLS is wrong (${detail}): ${remedy}; a proxy that reads along needs NODE_EXTRA_CA_CERTS; a custom domain has its certificate within 24 hours.`
    case 'no_answer':
      return `${host} has not answered within ${PATIENCE_MS / 1000} seconds: check the network, and try again later.`
    case 'broken_off':
      return `The connection to ${host} broke off (${detail}): try again.`
  }
}
