import { isAuthentic, mac } from '../crypto/mac.ts'
import type { Deployment } from '../deployment/deployment.ts'

/** What the page of a finished sign-out is told, by an address that Scalekit leads back to. */
export interface SignedOutState {
  /** How many sessions of the same person go on. */
  readonly others: number | 'unknown'
  /** Whether all sessions of the person were ended; then none goes on. */
  readonly everywhere?: boolean
  /** At the login host: the host of the site where the sign-out began. */
  readonly from?: string | undefined
}

const MOST = 9999

const PURPOSE = 'site of a sign-out'

/** @returns a `state` (OpenID Connect RP-Initiated Logout 1.0). The site is signed: no link makes the page lead anywhere. */
export async function formatSignedOutState(
  { others, everywhere = false, from }: SignedOutState,
  { keyRing }: Deployment,
): Promise<string> {
  const counted = `others-${others === 'unknown' ? others : Math.min(others, MOST)}${everywhere ? '-everywhere' : ''}`
  return from === undefined ? counted : `${counted}.${from}.${await mac(from, PURPOSE, keyRing)}`
}

/** @returns `undefined` for what is none; of a site that was not signed only the rest */
export async function parseSignedOutState(
  text: string | null,
  { keyRing }: Deployment,
): Promise<SignedOutState | undefined> {
  const match = /^others-(\d{1,4}|unknown)(-everywhere)?(?:\.(.+)\.([\w-]{43}))?$/.exec(text ?? '')
  if (match === null) return undefined
  const [, counted = '', ofAll, from, tag = ''] = match
  const others = counted === 'unknown' ? counted : Number(counted)
  const ended: SignedOutState = { others, everywhere: ofAll !== undefined && others === 0 }
  return from !== undefined && (await isAuthentic(from, tag, PURPOSE, keyRing)) ? { ...ended, from } : ended
}
