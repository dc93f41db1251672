import {
  after,
  type EpochSeconds,
  elapsed,
  epochSeconds,
  hours,
  type Seconds,
  seconds,
} from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { askRegistry, type RegistryUnreachable, registry } from '../registry/registry.ts'
import { registryOf } from '../registry/registry-name.ts'
import type { Session } from '../tokens/session.ts'

/** A line to the registry, which closes it when the session ends. */
export interface Watch {
  readonly kind: 'live'
  readonly socket: WebSocket
  /** Resolves when the registry closes the line, from the very first moment. */
  readonly closed: Promise<void>
  /** The session's idle or absolute limit, as it stands. */
  readonly endsAt: EpochSeconds
}

/** Timers of the runtime go no further than 24 days. */
const LONGEST_WAIT = hours(24)
const FIRST_RETRY = seconds(1)

/** Opens a line for a session, if it goes on. */
export async function watchSession(
  deployment: Deployment,
  session: Session,
  now: EpochSeconds,
): Promise<Watch | { readonly kind: 'ended' } | RegistryUnreachable> {
  const query = new URLSearchParams({ id: session.id, now: String(now) })
  const asked = await askRegistry(() =>
    registry(deployment, registryOf(session)).fetch(`https://registry/?${query}`, {
      headers: { Upgrade: 'websocket' },
    }),
  )
  if (!asked.ok) return asked.error
  const { webSocket: socket, headers } = asked.value
  if (socket === null) return { kind: 'ended' }
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve())
    socket.addEventListener('error', () => resolve())
  })
  socket.accept()
  return { kind: 'live', socket, closed, endsAt: Number(headers.get('Ends-At')) as EpochSeconds }
}

/**
 * Resolves when the session is over: at once when it is ended, at its limit, or when the registry has not been reachable for as long
 * as a session is believed without it. Also when `done` aborts, since nobody has to know any more.
 */
export async function sessionOver(
  deployment: Deployment,
  session: Session,
  watch: Watch,
  done: AbortSignal,
): Promise<void> {
  const { effects } = deployment
  const now = () => epochSeconds(effects.now())
  let line: Watch | undefined = watch
  let confirmedAt = now()
  let retry: Seconds = FIRST_RETRY
  while (!done.aborted) {
    if (line === undefined) {
      await wait(deployment, retry, done)
      retry = (retry * 2) as Seconds
    } else {
      await Promise.race([line.closed, wait(deployment, elapsed(now(), line.endsAt), done)])
      line.socket.close()
      // As long as the line was open, the session went on.
      confirmedAt = now()
    }
    if (done.aborted) return
    // Ended, or at a limit that a renewal may have moved, or the registry has moved: ask which.
    const asked = await watchSession(deployment, session, now())
    if ('reason' in asked) {
      line = undefined
      if (now() >= after(confirmedAt, deployment.session.lifetime)) return
    } else if (asked.kind === 'ended') {
      return
    } else {
      line = asked
      retry = FIRST_RETRY
    }
  }
  line?.socket.close()
}

/** Waits so long, or until `done` aborts. */
export const wait = ({ effects }: Deployment, length: Seconds, done: AbortSignal): Promise<void> =>
  Promise.race([
    effects.wait(Math.max(1, Math.min(length, LONGEST_WAIT)) * 1000),
    new Promise<void>((resolve) => done.addEventListener('abort', () => resolve())),
  ])
