import type { Upstream } from '../config.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { serviceBinding } from '../deployment/environment.ts'
import { type CanonicalUrl, requestTarget } from '../policy/canonical-url.ts'
import type { Visit } from '../request/visit.ts'
import { isStandIn, readFolderIndex, readFolderNotFound } from './served-files.ts'

/** The deployed files, as the configuration names them. */
export type Assets = Extract<Upstream, { kind: 'assets' }>

/** What static files depend on, besides their address. */
const CONDITIONS = ['If-None-Match', 'If-Modified-Since', 'Range', 'If-Range']

/** A redirect is the browser's to follow, and so passes the gate again. */
const PLAIN_GET: RequestInit = { redirect: 'manual' }

/** Where a file is among those that are deployed. */
export const fileAddress = (url: CanonicalUrl, { folder }: Assets): string =>
  folder === undefined ? url.href : url.origin + folder + requestTarget(url)

/** Reads a file: copying all headers of the request would cost more than everything else that is done here. */
export async function readFile(
  deployment: Deployment,
  { request, url }: Visit,
  upstream: Assets,
): Promise<Response> {
  const { folder, spa } = upstream
  const files = serviceBinding(deployment.env, 'ASSETS')
  const init = conditionsOf(request)
  if (folder !== undefined && /^\/+$/.test(url.path))
    return (await readFolderIndex(files, url.origin, folder, init)) ?? notFound(files, url, folder)
  const response = await files.fetch(fileAddress(url, upstream), init)
  if (folder === undefined) {
    if (
      spa !== true ||
      !isAnswer(response) ||
      namesIndex(url) ||
      !(await isStandIn(files, url.origin, response))
    )
      return response
  } else {
    if (response.status !== 404 && !(isAnswer(response) && (await isStandIn(files, url.origin, response))))
      return withoutFolder(response, folder)
  }
  await response.body?.cancel()
  return notFound(files, url, folder)
}

/** The app of a single-page site. @returns 404 where it has none */
export async function readIndex({ env }: Deployment, { url, request }: Visit, { folder }: Assets) {
  const files = serviceBinding(env, 'ASSETS')
  const init = conditionsOf(request)
  if (folder !== undefined)
    return (await readFolderIndex(files, url.origin, folder, init)) ?? notFound(files, url, folder)
  const response = await files.fetch(`${url.origin}/`, init)
  if (response.status !== 404) return response
  // With `html_handling = "none"` it has this name only.
  await response.body?.cancel()
  return files.fetch(`${url.origin}/index.html`, init)
}

/** Whether a path names no file: its last part has no extension. */
export const namesNoFile = (path: string): boolean => !/\.[^/]*$/.test(path)

/** The same object for most requests, which have nothing of the kind. */
function conditionsOf({ method, headers }: Request): RequestInit {
  const conditions: [string, string][] = []
  for (const name of CONDITIONS) {
    const value = headers.get(name)
    if (value !== null) conditions.push([name, value])
  }
  return conditions.length === 0 && method === 'GET'
    ? PLAIN_GET
    : { ...PLAIN_GET, method, headers: conditions }
}

/** Whether this is a file, or says that it has not changed. */
const isAnswer = ({ status }: Response): boolean => status < 300 || status === 304

const namesIndex = ({ path }: CanonicalUrl): boolean => /^\/+(?:index(?:\.html)?\/?)?$/.test(path)

const notFound = async (files: Fetcher, { origin }: CanonicalUrl, folder = ''): Promise<Response> =>
  (await readFolderNotFound(files, origin, folder)) ??
  new Response('Not found', { status: 404, headers: { 'Content-Type': 'text/plain;charset=UTF-8' } })

/** As if the folder were all there is. */
function withoutFolder(response: Response, folder: string): Response {
  const [path = '', ...rest] = (response.headers.get('Location') ?? '').split(/(?=[?#])/)
  if (path !== folder && !path.startsWith(`${folder}/`)) return response
  const copy = new Response(response.body, response)
  copy.headers.set('Location', (path.slice(folder.length) || '/') + rest.join(''))
  return copy
}
