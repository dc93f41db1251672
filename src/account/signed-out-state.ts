import { isAuthentic, mac } from '../crypto/mac.ts'
import type { Deployment } from '../deployment/deployment.ts'

/** What the page of a finished sign-out is told, by an address that Scalekit leads back to. */
export interface SignedOutState {
  /** How many sessions of the same person go on. */
  readonly others: number | 'unknown'
  /** At the login host: the host of the site where the sign-out began. */
  readonly from?: string | undefined
}

const MOST = 9999

const PURPOSE = 'site of a sign-out'

/** @returns a `state` (OpenID Connect RP-Initiated Logout 1.0). The site is signed: no link makes the page lead anywhere. */
export async function formatSignedOutState(
  { others, from }: SignedOutState,
  { keyRing }: Deployment,
): Promise<string> {
  const counted = `others-${others === 'unknown' ? others : Math.min(others, MOST)}`
  return from === undefined ? counted : `${counted}.${from}.${await mac(from, PURPOSE, keyRing)}`
}

/** @returns `undefined` for what is none; of a site that was not signed only the number */
export async function parseSignedOutState(
  text: string | null,
  { keyRing }: Deployment,
): Promise<SignedOutState | undefined> {
  const match = /^others-(\d{1,4}|unknown)(?:\.(.+)\.([\w-]{43}))?$/.exec(text ?? '')
  if (match === null) return undefined
  const [, counted = '', from, tag = ''] = match
  const others = counted === 'unknown' ? counted : Number(counted)
  return from !== undefined && (await isAuthentic(from, tag, PURPOSE, keyRing))
    ? { others, from }
    : { others }
}
