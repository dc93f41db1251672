import { expect, test } from 'vitest'
import { minutes } from '../../../src/base/time.ts'
import { randomSecret } from '../../../src/crypto/random-secret.ts'
import { sha256 } from '../../../src/crypto/sha256.ts'
import type { Deployment } from '../../../src/deployment/deployment.ts'
import { sealedBinding } from '../../../src/login/binding-cookie.ts'
import { checkCallback, checkStart, noteFinished } from '../../../src/login/rate-limit.ts'
import type { Visit } from '../../../src/request/visit.ts'
import { Clock } from '../../support/clock.ts'
import { RateLimiter } from '../../support/rate-limiter.ts'
import { keyRing, octKey } from '../../support/sample-keys.ts'

/** What a login shows of itself when it comes back. */
interface UnderWay {
  readonly hash: string
  readonly binding: string
  readonly doneAt: number
}

// The counting alone. Three minutes of those who take longest go through the whole Worker:
// test/flows/customer-behind-one-address.test.ts.
test.each([
  ['whose passwords are filled in', 5],
  ['who type them', 20],
  ['who look for their second factor', 55],
])(
  '5,000 people of one address, %s, sign in within ten minutes, and nobody is refused',
  async (_case, secondsToSignIn) => {
    const clock = new Clock()
    clock.advance(60 - (clock.seconds % 60))
    const ring = await keyRing(octKey('k', 1))
    const deployment = {
      development: false,
      keyRing: ring,
      env: { LOGIN_RATE_LIMIT: new RateLimiter(clock) },
    } as unknown as Deployment
    const request = new Request('https://docs.example.com/', { headers: { 'CF-Connecting-IP': '192.0.2.1' } })
    const url = { scheme: 'https' }
    const visit = () => ({ request, url, cookies: null, now: clock.seconds }) as unknown as Visit

    const underWay: UnderWay[] = []
    const began = clock.seconds
    const counted = { signedIn: 0, starts: 0, callbacks: 0 }
    const done = () => counted.signedIn + counted.starts + counted.callbacks
    for (let n = 0; done() < 5000; clock.advance(1)) {
      const now = clock.seconds
      for (; n < Math.min(5000, ((now - began + 1) * 5000) / 540); n += 1) {
        if ((await checkStart(deployment, visit())) !== undefined) counted.starts += 1
        else {
          const hash = await sha256(`state ${n}`)
          const half = { createdAt: visit().now, restarts: 0, secret: randomSecret(), query: '' }
          underWay.push({
            hash,
            binding: await sealedBinding(half, hash, ring),
            doneAt: now + secondsToSignIn,
          })
        }
      }
      for (let login = underWay[0]; login !== undefined && login.doneAt <= now; login = underWay[0]) {
        underWay.shift()
        if ((await checkCallback(deployment, visit(), login)) !== undefined) counted.callbacks += 1
        else {
          noteFinished(deployment, visit())
          counted.signedIn += 1
        }
      }
    }
    expect(counted).toEqual({ signedIn: 5000, starts: 0, callbacks: 0 })
    expect(clock.seconds - began).toBeLessThanOrEqual(minutes(10))
  },
)
