/**
 * Mailboxes that everybody knows. Names that are one letter from another company's (`aol`, `live`, `gmx`) are told apart by their
 * ending only.
 */
const WELL_KNOWN = [
  'aol.com',
  'bol.com.br',
  'free.fr',
  'gmail.com',
  'gmx.de',
  'gmx.net',
  'googlemail.com',
  'hotmail.co.uk',
  'hotmail.com',
  'hotmail.de',
  'hotmail.fr',
  'icloud.com',
  'laposte.net',
  'live.com',
  'mail.com',
  'outlook.com',
  'outlook.de',
  'outlook.fr',
  'proton.me',
  'protonmail.com',
  't-online.de',
  'uol.com.br',
  'wanadoo.fr',
  'web.de',
  'yahoo.co.jp',
  'yahoo.co.uk',
  'yahoo.com',
  'yahoo.com.br',
  'yahoo.de',
  'yahoo.es',
  'yahoo.fr',
]

/** Real ones that are one letter from a well-known one. */
const MEANT_SO: ReadonlySet<string> = new Set(['cloud.com', 'email.com', 'ymail.com'])

/** Ends of domains that nobody can have, and what was meant; `co`, `cm` and `om` are countries. */
const ENDINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    com: ['cim', 'clm', 'cmo', 'comm', 'con', 'coom', 'cpm', 'ocm', 'vom', 'xom'],
    net: ['ent', 'nett', 'nte'],
    org: ['ogr', 'orgg', 'rog'],
  }).flatMap(([meant, slips]) => slips.map((slip) => [slip, meant] as const)),
)

/** What may be left of `com`. Two of them are countries, and so they are pointed out for well-known mailboxes only. */
const CUT_SHORT: ReadonlySet<string> = new Set(['', 'cm', 'co', 'om'])

/** Shorter names are one letter from too many others. */
const SHORTEST_WELL_KNOWN = 5
const SHORTEST_NEARBY = 3

/**
 * The address that was probably meant, where somebody typed one with a known slip in its domain: one letter too many, too few, wrong or
 * swapped with its neighbour, a comma for a dot, an end that no domain has. It is to be offered, never to be put in place of what was
 * typed.
 *
 * @param address as typed, with one `@`
 * @param nearby  domains that whoever sees the page can see anyway, in lower case; nothing else may be told by a suggestion
 * @returns `undefined` where nothing is known to be wrong
 */
export function suggestAddress(address: string, nearby: readonly string[]): string | undefined {
  const at = address.lastIndexOf('@')
  const typed = address.slice(at + 1).toLowerCase()
  if (nearby.includes(typed) || WELL_KNOWN.includes(typed) || MEANT_SO.has(typed)) return undefined
  const domain = withKnownEnding(typed)
  const meant =
    nearest(domain, nearby, SHORTEST_NEARBY) ?? nearest(domain, WELL_KNOWN, SHORTEST_WELL_KNOWN) ?? domain
  return meant === typed ? undefined : `${address.slice(0, at)}@${meant}`
}

/**
 * The domain of an address, where it is one of mailboxes that everybody can have: those seldom lead to an organization. The list is public, and
 * says nothing of who is a customer.
 *
 * @param nearby as of {@link suggestAddress}: what the page shows is somebody's here
 */
export function publicMailbox(address: string, nearby: readonly string[]): string | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return WELL_KNOWN.includes(domain) && !nearby.includes(domain) ? domain : undefined
}

/** Puts right what is wrong with any domain, whoever's it is. */
function withKnownEnding(typed: string): string {
  const labels = typed.split(/[.,]+/).filter((label) => label !== '')
  const last = labels.length > 1 ? labels.pop() : undefined
  if (last !== undefined) labels.push(ENDINGS.get(last) ?? last)
  return labels.join('.')
}

/** The known domain that has the same ending and almost the same name, or the same name and what is left of its ending. */
function nearest(domain: string, known: readonly string[], shortest: number): string | undefined {
  const [name, ending] = parts(domain)
  return known.find((each) => {
    const [knownName, knownEnding] = parts(each)
    if (name === knownName) return knownEnding === ending || (knownEnding === 'com' && CUT_SHORT.has(ending))
    return ending === knownEnding && knownName.length >= shortest && isOneSlipAway(name, knownName)
  })
}

function parts(domain: string): [name: string, ending: string] {
  const dot = domain.indexOf('.')
  return dot === -1 ? [domain, ''] : [domain.slice(0, dot), domain.slice(dot + 1)]
}

/** Whether the Damerau–Levenshtein distance of two texts is 1. */
export function isOneSlipAway(a: string, b: string): boolean {
  if (a === b) return false
  if (a.length > b.length) return isOneSlipAway(b, a)
  let start = 0
  while (start < a.length && a[start] === b[start]) start += 1
  const [restOfA, restOfB] = [a.slice(start), b.slice(start)]
  if (a.length < b.length) return restOfA === restOfB.slice(1)
  return (
    restOfA.slice(1) === restOfB.slice(1) ||
    (restOfA.slice(2) === restOfB.slice(2) && restOfA[0] === restOfB[1] && restOfA[1] === restOfB[0])
  )
}
