/**
 * What Cloudflare answers for a folder of the deployed files is not always in it. `html_handling` takes `/acme/` for the page
 * `/acme.html` beside the folder, and `not_found_handling` answers what is missing with a page from further up. These tell one from the other,
 * under every setting.
 */

/** A redirect that is not followed says which name a page has. */
const PLAIN_GET: RequestInit = { redirect: 'manual' }
const PLAIN_HEAD: RequestInit = { redirect: 'manual', method: 'HEAD' }

/** The `index.html` of a folder itself. @returns `undefined` where it has none */
export async function readFolderIndex(
  files: Fetcher,
  origin: string,
  folder: string,
  init: RequestInit,
): Promise<Response | undefined> {
  // Under its own name it is what it says; a redirect leads to the name of the folder, which may mean the page beside it.
  const response = await readPage(files, origin, `${folder}/index.html`, init, async () => {
    const probe = await askWhatIsAt(files, `${origin}${folder}/index/`)
    return probe.status !== 404 && !(await isStandIn(files, origin, probe))
  })
  if (response === undefined) return undefined
  if (response.status !== 404 && !(await isStandIn(files, origin, response))) return response
  await response.body?.cancel()
  return undefined
}

/** The page of a folder that tells of a missing file, with that status. @returns `undefined` where there is none */
export async function readFolderNotFound(
  files: Fetcher,
  origin: string,
  folder: string,
): Promise<Response | undefined> {
  const page = await readPage(files, origin, `${folder}/404.html`, PLAIN_GET, async () => true)
  if (page?.status === 200 && !(await isStandIn(files, origin, page))) {
    const headers = { 'Content-Type': page.headers.get('Content-Type') ?? 'text/html' }
    return new Response(page.body, { status: 404, headers })
  }
  await page?.body?.cancel()
  return undefined
}

/** A page by its file, under the name that `html_handling` has for it. */
async function readPage(
  files: Fetcher,
  origin: string,
  path: string,
  init: RequestInit,
  isInFolder: () => Promise<boolean>,
): Promise<Response | undefined> {
  const response = await files.fetch(origin + path, init)
  const location = response.headers.get('Location')
  if (location === null) return response
  await response.body?.cancel()
  const names = [
    path.replace(/(?:\/index)?\.html$/, ''),
    path.replace(/(?:index)?\.html$/, ''),
    path.replace(/\.html$/, '/'),
  ]
  return names.includes(location) && (await isInFolder()) ? files.fetch(origin + location, init) : undefined
}

/** The ETag of what is answered for whatever is missing, where that is no 404; files do not change while an isolate lives. */
const standIns = new WeakMap<Fetcher, string | false>()

/**
 * Whether an answer is the `index.html` at the root of all files, which `not_found_handling = "single-page-application"` gives for
 * everything that is missing.
 *
 * @throws where that cannot be told now
 */
export async function isStandIn(files: Fetcher, origin: string, { headers }: Response): Promise<boolean> {
  const etag = standIns.get(files) ?? (await askForMissing(files, origin))
  standIns.set(files, etag)
  return headers.get('ETag') === etag
}

async function askForMissing(files: Fetcher, origin: string): Promise<string | false> {
  const { status, headers } = await askWhatIsAt(files, `${origin}/${crypto.randomUUID()}`)
  return status === 200 && (headers.get('ETag') ?? false)
}

/** @throws where the files do not say: what nobody knows must be taken neither for a yes nor for a no, and not be remembered */
async function askWhatIsAt(files: Fetcher, address: string): Promise<Response> {
  const response = await files.fetch(address, PLAIN_HEAD)
  const { status } = response
  if (status >= 500 || status === 429)
    throw new Error(`asked whether there is a file, they answered with the status ${status}`)
  return response
}
