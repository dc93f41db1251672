import { after, type EpochSeconds, minutes } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'

/** What is known about the logins of one client network. */
interface Network {
  /** Starts that finished logins have earned, and until when they can be spent. */
  earned: number
  earnedUntil: EpochSeconds
  /** How many of its reserves have been used up, and until when that is remembered. */
  usedUp: number
  usedUpUntil: EpochSeconds
}

interface Uses {
  count: number
  readonly until: EpochSeconds
}

/** A login takes no longer, so by then every start is either finished or in vain. */
const MEMORY = minutes(10)

/** A finished login gives back its own start and lets one more person in: so a crowd grows as fast as it finishes. */
const EARNED_BY_A_LOGIN = 2
const MAX_EARNED = 1000

/** Networks and proofs that are remembered, the last ones. */
const MAX_REMEMBERED = 10_000

/**
 * What speaks for a client, as far as this isolate has seen it. Each isolate has its own and forgets it when it ends: a crowd is spread
 * over isolates in the same way when it starts and when it comes back, so that each earns its share.
 */
export class LoginEvidence {
  readonly #networks = new Map<string, Network>()
  readonly #uses = new Map<string, Uses>()

  /** Somebody in this network has signed in. */
  finished(network: string, now: EpochSeconds): void {
    const known = this.#network(network, now)
    known.earned = Math.min(known.earned + EARNED_BY_A_LOGIN, MAX_EARNED)
    known.earnedUntil = after(now, MEMORY)
  }

  /** @returns whether there was an earned start to spend */
  spend(network: string, now: EpochSeconds): boolean {
    const known = this.#network(network, now)
    if (known.earned === 0) return false
    known.earned -= 1
    return true
  }

  /** How many reserves of a network have been used up in the last minutes. */
  usedUp(network: string, now: EpochSeconds): number {
    return this.#network(network, now).usedUp
  }

  useUp(network: string, reserve: number, now: EpochSeconds): void {
    const known = this.#network(network, now)
    if (known.usedUp === 0) known.usedUpUntil = after(now, MEMORY)
    known.usedUp = Math.max(known.usedUp, reserve)
  }

  /** Counts a use of something that speaks for a browser. @returns whether it was used less than so many times in the last minutes */
  mayUse(proof: string, times: number, now: EpochSeconds): boolean {
    const found = this.#uses.get(proof)
    const uses = found !== undefined && now < found.until ? found : { count: 0, until: after(now, MEMORY) }
    uses.count += 1
    remember(this.#uses, proof, uses)
    return uses.count <= times
  }

  #network(name: string, now: EpochSeconds): Network {
    const known = this.#networks.get(name) ?? { earned: 0, earnedUntil: now, usedUp: 0, usedUpUntil: now }
    if (known.earnedUntil <= now) known.earned = 0
    if (known.usedUpUntil <= now) known.usedUp = 0
    remember(this.#networks, name, known)
    return known
  }
}

/** Puts an entry behind all others, and drops the first where there are too many: an attacker must not fill the memory. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MAX_REMEMBERED && oldest !== undefined) map.delete(oldest)
}

const held = new WeakMap<Deployment, LoginEvidence>()

/** That of a deployment, and so of its isolate. */
export function evidenceOf(deployment: Deployment): LoginEvidence {
  const evidence = held.get(deployment) ?? new LoginEvidence()
  held.set(deployment, evidence)
  return evidence
}
