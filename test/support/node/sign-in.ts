import type { APIResponse, BrowserContext } from 'playwright-core'

/**
 * Signs somebody in with a browser's cookies and without showing a page of the way there, which costs a browser more than what most tests
 * are about.
 *
 * @param address the page where a visitor would have been asked to sign in
 */
export async function signInUnseen(context: BrowserContext, address: string, email: string): Promise<void> {
  const { request } = context
  const { origin, pathname, search } = new URL(address)
  const query = new URLSearchParams({ login_hint: email, return_to: pathname + search })
  const asked = await request.get(`${origin}/auth/login?${query}`, STEP)
  const idp = leadsTo(await request.get(leadsTo(asked).href, STEP))
  const form = { request: idp.searchParams.get('request') ?? '', scenario: 'login', email }
  const headers = { Origin: idp.origin }
  const posted = await request.post(idp.origin + idp.pathname, { ...STEP, headers, form })
  const arrived = await request.get(leadsTo(posted).href, STEP)
  if (leadsTo(arrived).href !== address) throw new Error(`the login led to ${leadsTo(arrived).href}`)
}

const STEP = { maxRedirects: 0 }

function leadsTo(response: APIResponse): URL {
  const location = response.headers()['location']
  if (location === undefined)
    throw new Error(`${response.url()} answered ${response.status()} and leads nowhere`)
  return new URL(location, response.url())
}
