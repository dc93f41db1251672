import { raw } from 'hono/html'
import { randomSecret } from '../crypto/random-secret.ts'
import type { Arrival, Visit } from '../request/visit.ts'
import { cookieChallenge, pageHeaders } from './page-headers.ts'
import { JWT, SECRET_NAME } from './secret-names.ts'
import type { Words } from './words/words.ts'

/** Characters, of the whole address of the login: what is written twice in it has to fit where addresses are taken. */
const MAX_ADDRESS = 8000

/** Runs before anything of the page is shown, and leaves nothing of it in the history. Names of any length would take minutes to look at. */
const SCRIPT = `{
const next = new URL(document.currentScript.dataset.next), bare = next.href, { hash, pathname, search } = location
const wanted = next.searchParams.get('return_to'), isHere = wanted !== '/' || pathname + search === '/'
const given = [...new URLSearchParams(hash.replace(/[#?;]/g, '&'))]
const isSecret = ([name, value]) => (value && ${SECRET_NAME}.test(name)) || ${JWT}.test(name + ' ' + value)
next.searchParams.set('return_to', wanted + hash)
location.replace(isHere && next.href.length <= ${MAX_ADDRESS} && !given.some(isSecret) ? next : bare)
}`

/** Nothing is seen of it unless the script does not run. */
const STYLE = `
:root { color-scheme: light dark }
body { padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas; overflow-wrap: anywhere; animation: appear 0s 1s backwards }
a { color: inherit }
a:focus-visible { outline: 2px solid; outline-offset: 2px }
@keyframes appear { from { opacity: 0 } }
`

/**
 * Stands in the place of the redirect into a login, and takes the fragment of the address along, which only a script can read. It is a 401: the
 * page that was asked for it is not, so nothing on the way may take it for that and keep it.
 *
 * @param login the address that starts the login
 */
export function keepFragmentPage(
  { url, site }: Pick<Arrival, 'url'> & Partial<Pick<Visit, 'site'>>,
  words: Words,
  login: string,
): Response {
  const nonce = randomSecret()
  const { title, goOn } = words.keepFragment
  const html = (
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${site?.brand.name ?? url.host}`}</title>
        <script nonce={nonce} data-next={login}>
          {raw(SCRIPT)}
        </script>
        <noscript>
          <meta http-equiv="refresh" content={`0; url=${login}`} />
        </noscript>
        <style nonce={nonce}>{raw(STYLE)}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <p>
            <a href={login}>{goOn}</a>
          </p>
        </main>
      </body>
    </html>
  )
  const sources = [`script-src 'nonce-${nonce}'`, `style-src 'nonce-${nonce}'`]
  const headers = {
    ...pageHeaders(words.language, sources, site?.frameAncestors),
    'WWW-Authenticate': cookieChallenge(url.host),
  }
  return new Response(`<!doctype html>${html}`, { status: 401, headers })
}
