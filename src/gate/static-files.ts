import type { Upstream } from '../config.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { serviceBinding } from '../deployment/environment.ts'
import { requestTarget } from '../policy/canonical-url.ts'
import type { Visit } from '../request/visit.ts'

/** The deployed files, as the configuration names them. */
export type Assets = Extract<Upstream, { kind: 'assets' }>

/** What static files depend on, besides their address. */
const CONDITIONS = ['If-None-Match', 'If-Modified-Since', 'Range', 'If-Range']

/** A redirect is the browser's to follow, and so passes the gate again. */
const PLAIN_GET: RequestInit = { redirect: 'manual' }

/** Reads a file: copying all headers of the request would cost more than everything else that is done here. */
export async function readFile(
  { env }: Deployment,
  { request, url }: Visit,
  { folder }: Assets,
): Promise<Response> {
  const files = serviceBinding(env, 'ASSETS')
  const { headers } = request
  const conditions: [string, string][] = []
  for (const name of CONDITIONS) {
    const value = headers.get(name)
    if (value !== null) conditions.push([name, value])
  }
  const address = folder === undefined ? url.href : url.origin + folder + requestTarget(url)
  const response =
    conditions.length === 0 && request.method === 'GET'
      ? await files.fetch(address, PLAIN_GET)
      : await files.fetch(address, { ...PLAIN_GET, method: request.method, headers: conditions })
  return folder === undefined ? response : withinFolder(response, files, url.origin, folder)
}

/** The app of a single-page site. */
export const readIndex = ({ env }: Deployment, { url, request }: Visit, { folder = '' }: Assets) =>
  serviceBinding(env, 'ASSETS').fetch(`${url.origin}${folder}/`, { ...PLAIN_GET, method: request.method })

/** Whether a path names no file: its last part has no extension. */
export const namesNoFile = (path: string): boolean => !/\.[^/]*$/.test(path)

/** As if the folder were all there is. Of pages that tell of a missing file the nearest above is shown, which may be another site's. */
async function withinFolder(
  response: Response,
  files: Fetcher,
  origin: string,
  folder: string,
): Promise<Response> {
  if (response.status === 404) {
    await response.body?.cancel()
    const page = await files.fetch(`${origin}${folder}/404`, PLAIN_GET)
    const headers = { 'Content-Type': page.headers.get('Content-Type') ?? 'text/plain;charset=UTF-8' }
    if (page.status === 200) return new Response(page.body, { status: 404, headers })
    await page.body?.cancel()
    return new Response('Not found', { status: 404, headers: { 'Content-Type': 'text/plain;charset=UTF-8' } })
  }
  const location = response.headers.get('Location') ?? ''
  if (!location.startsWith(`${folder}/`)) return response
  const copy = new Response(response.body, response)
  copy.headers.set('Location', location.slice(folder.length))
  return copy
}
