/**
 * - `navigation`: a person opens a page in a tab or window, or in a frame where the site is made for that; it can be sent into a login
 * - `document`: what comes back is shown to a person too, but a login cannot stand in its place: a form that was posted, any other frame
 * - `subresource`: everything else (fetch, image, script, prefetch); it gets a status it can read
 * - `upgrade`: a WebSocket handshake, which cannot follow a redirect
 */
export type RequestKind = 'navigation' | 'document' | 'subresource' | 'upgrade'

/**
 * Tells what a request can do with an answer, by Fetch Metadata, or by `Accept` where a client sends none.
 *
 * @param inFrames whether a frame is as good a place as a tab: the site is shown in frames of others
 */
export function requestKind(method: string, headers: Headers, inFrames = false): RequestKind {
  if (isUpgrade(method, headers)) return 'upgrade'
  if (isSpeculative(headers)) return 'subresource'
  const isRead = method === 'GET' || method === 'HEAD'
  const mode = headers.get('Sec-Fetch-Mode')
  if (mode === null) {
    // Scripts of older libraries say so themselves.
    const wantsPage = headers.get('Accept')?.includes('text/html') && !headers.has('X-Requested-With')
    if (!wantsPage) return 'subresource'
    return isRead ? 'navigation' : 'document'
  }
  if (mode !== 'navigate') return 'subresource'
  return isRead && isForDocument(headers, inFrames) ? 'navigation' : 'document'
}

/** Whether a request is a WebSocket's. A handshake is a GET (RFC 6455 section 4.1), and the runtime makes one of any other method. */
export const isUpgrade = (method: string, headers: Headers): boolean =>
  method === 'GET' && headers.get('Upgrade')?.toLowerCase() === 'websocket'

/** Whether a person sees what comes back, so that it has to be a page. */
export const showsPage = (kind: RequestKind): boolean => kind === 'navigation' || kind === 'document'

/**
 * Whether the browser itself says that this request is part of another page. Unlike {@link requestKind} it gives
 * clients without Fetch Metadata the benefit of the doubt: it guards routes that are meant to be opened.
 */
export function isDeclaredSubresource(headers: Headers, inFrames: boolean): boolean {
  return isSpeculative(headers) || !isForDocument(headers, inFrames)
}

/** Of all frames only those that hold a page (Fetch section 2.2.5); a script cannot claim to be one. */
export const isFrame = (headers: Headers): boolean => /^i?frame$/.test(headers.get('Sec-Fetch-Dest') ?? '')

/** Chromium says `empty` of a page, or frame, that the site's service worker fetches; a script cannot ask with the mode `navigate`. */
function isForDocument(headers: Headers, inFrames: boolean): boolean {
  const destination = headers.get('Sec-Fetch-Dest')
  if (inFrames && isFrame(headers)) return true
  if (destination === 'empty') return headers.get('Sec-Fetch-Mode') === 'navigate'
  return destination === null || destination === 'document'
}

/** Whether a page is only fetched ahead, perhaps while its address is still being typed: nobody has opened it. */
function isSpeculative(headers: Headers): boolean {
  const purpose = headers.get('Sec-Purpose') ?? headers.get('Purpose') ?? ''
  return /prefetch|prerender/.test(purpose)
}
