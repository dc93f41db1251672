/**
 * What a refresh with a certain generation means. The registry keeps one number per session, the generation that was
 * issued last, and no token and no hash.
 *
 * - the current one: its holder has the newest token and gets the next, which becomes current
 * - the one before: the current one was never presented, or there would be a newer; the holder is one of several
 *   requests at once, or never received the answer, and gets the current one again
 * - any other: somebody presents a token that its holder has moved on from, so it was copied
 *
 * No clock is involved.
 *
 * @see RFC 9700 section 4.14.2 (refresh token rotation)
 */
export type Advance =
  | { readonly kind: 'next'; readonly generation: number }
  | { readonly kind: 'again'; readonly generation: number }
  | { readonly kind: 'reuse' }

export function advance(current: number, presented: number): Advance {
  if (presented === current) return { kind: 'next', generation: current + 1 }
  if (presented === current - 1) return { kind: 'again', generation: current }
  return { kind: 'reuse' }
}
