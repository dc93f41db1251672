/** What may be read in full: it names things, and opens nothing. */
const OPEN = new Set([
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'prompt', 'grant_type'],
  ...['code_challenge_method', 'post_logout_redirect_uri', 'ui_locales', 'response_mode', 'max_age'],
  ...['organization_id', 'connection_id', 'domain', 'domain_hint', 'login_hint', 'provider', 'include'],
  ...['scenario', 'email', 'given_name', 'family_name', 'error', 'error_description', 'page_size'],
])
const MAX_TEXT = 300
/** Every page of the web can send a form here: a hundred of them must not fill the memory. */
const MAX_PARAMETERS = 50
const MAX_NAME = 60
/** So much of a secret tells two of them apart. */
const BEGINNING = 6

/**
 * The parameters of a request, as everybody may read them.
 *
 * @param secret the client's, which is not even begun, wherever somebody wrote it
 */
export function shownParameters(parameters: URLSearchParams, secret: string): [string, string][] {
  return [...parameters]
    .slice(0, MAX_PARAMETERS)
    .map(([name, value]) => [name.slice(0, MAX_NAME), shown(name, value, secret)])
}

function shown(name: string, value: string, secret: string): string {
  if (/secret|password|assertion/i.test(name) || value.includes(secret)) return '(not shown)'
  const isToken = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value) && value.startsWith('eyJ')
  if (OPEN.has(name) && !isToken) return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
  return value.length <= BEGINNING ? '…' : `${value.slice(0, BEGINNING)}…`
}
