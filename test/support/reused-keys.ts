interface Made {
  /** What it was asked to be. */
  readonly kind: string
  readonly pair: CryptoKeyPair
}

const made: Made[] = []

/**
 * Lets the tests of a file have RSA keys that were made for those of a file before it, as making one takes as long as dozens of tests. No
 * two of a file are the same, and what a module makes as it loads, which outlives its file, is its own.
 *
 * @returns what ends it
 */
export function reuseKeys(): () => void {
  const { subtle } = crypto
  const { generateKey } = subtle
  const taken = new Set<Made>()
  subtle.generateKey = (async (...call: Parameters<typeof generateKey>) => {
    const [algorithm] = call
    const make = () => generateKey.call(subtle, ...call)
    if ((algorithm as { name?: string }).name !== 'RSASSA-PKCS1-v1_5') return make()
    const kind = JSON.stringify(call)
    const free = made.find((each) => each.kind === kind && !taken.has(each))
    const one = free ?? { kind, pair: (await make()) as CryptoKeyPair }
    if (free === undefined) made.push(one)
    taken.add(one)
    return one.pair
  }) as typeof generateKey
  return () => {
    subtle.generateKey = generateKey
  }
}
