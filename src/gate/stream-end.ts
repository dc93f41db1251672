import { after, elapsed, epochSeconds, hours } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { isLive } from '../registry/registry.ts'
import type { Visit } from '../request/visit.ts'
import type { Session } from '../tokens/session.ts'
import { isStillTheirs } from './site-watch.ts'

/** Bytes. An answer that says it is no longer was all there when it began, and fits into the buffers on the way: nothing is added later. */
const SHORT = 64 * 1024

/**
 * The body of an answer that somebody gets because of their session, which it must not outlive: events, logs that are followed, long
 * downloads. Static files end by themselves: they were complete before anybody asked.
 *
 * @returns `undefined` where the body may go as it is; asking a response for it costs a page more than its rule
 */
export function whileSignedIn(
  deployment: Deployment,
  visit: Visit,
  session: Session,
  response: Response,
): ReadableStream | undefined {
  const { upstream } = visit
  if (upstream.kind === 'assets') return undefined
  const { body, headers } = response
  if (body === null) return undefined
  const length = contentLength(headers)
  if (length !== undefined && length <= SHORT) return undefined
  // Over HTTP the length is where the body ends; what another Worker writes there need not be true.
  return endWithSession(deployment, visit, session, body, isHttp(upstream) ? length : undefined)
}

const isHttp = ({ kind }: Visit['upstream']): boolean => kind === 'origin' || kind === 'passthrough'

/** RFC 9110 section 8.6 */
function contentLength(headers: Headers): number | undefined {
  const text = headers.get('Content-Length') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** Timers of the runtime go no further than 24 days. */
const LONGEST_WAIT = hours(24)

/**
 * Hands a body on as it comes, and cuts it off when the session it was given to is over: at the moment at which any other request with
 * that token would have to be renewed, the registry is asked whether the session goes on, and again every `session.lifetime`. A registry
 * that cannot be asked counts as no. So does a site in KV that is somebody else's by then.
 *
 * The runtime moves the bytes, no faster than they are read; none pass through here. A body that is not piped would outlive its request,
 * and every timer with it. It is cut off, and not closed: what was not sent to its end must not look whole.
 *
 * @param length of the body in bytes, where it is certain; without it the visitor is not told how much there is to come
 */
function endWithSession(
  deployment: Deployment,
  visit: Visit,
  session: Session,
  body: ReadableStream,
  length: number | undefined,
): ReadableStream {
  const { readable, writable } =
    length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length)
  const over = new AbortController()
  let isDone = false
  const done = () => {
    isDone = true
  }
  // However it ends, whoever reads and whoever sends are told by the pipe itself.
  body.pipeTo(writable, { signal: over.signal }).then(done, done)
  void sessionEndsFirst(deployment, visit, session, () => isDone).then((isOver) => {
    if (isOver) over.abort(new Error('The session ended'))
  })
  return readable
}

/** @returns `true` when the session is over, `false` when `isDone` and nobody has to know any more */
async function sessionEndsFirst(
  deployment: Deployment,
  visit: Visit,
  session: Session,
  isDone: () => boolean,
): Promise<boolean> {
  const { effects } = deployment
  const now = () => epochSeconds(effects.now())
  let believedUntil = session.expiresAt
  for (;;) {
    await effects.wait(Math.max(1, Math.min(elapsed(now(), believedUntil), LONGEST_WAIT)) * 1000)
    if (isDone()) return false
    const live = await isLive(deployment, session, now())
    if (!live.ok || !live.value || !(await isStillTheirs(deployment, visit, session, now()))) return !isDone()
    believedUntil = after(now(), deployment.session.lifetime)
  }
}
