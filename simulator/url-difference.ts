/** A piece of an address, and whether the other address has something else there. */
export interface Piece {
  readonly text: string
  readonly differs: boolean
}

/** How what was sent is unlike what is allowed. */
export interface UrlDifference {
  readonly allowed: string
  /** A sentence for each difference; none where they are the same. */
  readonly words: readonly string[]
  /** What was sent, in pieces. */
  readonly sent: readonly Piece[]
}

interface Parts {
  readonly scheme: string
  readonly host: string
  readonly port: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** How much more than a slash it is; so that the nearest of several is told. */
const WEIGHT: Readonly<Record<keyof Parts, number>> = {
  scheme: 1,
  host: 5,
  port: 2,
  path: 3,
  query: 1,
  fragment: 1,
}

/** Compares with each, the nearest first. Text that is no address is unlike all of them as a whole. */
export function compareWithAllowed(sent: string, allowed: readonly string[]): UrlDifference[] {
  return allowed
    .map((one) => compare(sent, one))
    .sort((a, b) => a.distance - b.distance)
    .map(({ distance: _, ...difference }) => difference)
}

function compare(sent: string, allowed: string): UrlDifference & { readonly distance: number } {
  const [one, other] = [split(sent), split(allowed)]
  if (one === undefined || other === undefined) {
    const words = ['What was sent is no address with a scheme, such as https://.']
    return { allowed, words, sent: [{ text: sent, differs: true }], distance: 100 }
  }
  const differing = (Object.keys(WEIGHT) as (keyof Parts)[]).filter((part) => !isSame(part, one, other))
  return {
    allowed,
    words: differing.map((part) => WORDS[part](one[part], other[part])),
    sent: piecesOf(sent, one, other, differing),
    distance: differing.reduce((sum, part) => sum + weightOf(part, one, other), 0),
  }
}

function split(url: string): Parts | undefined {
  const found = /^([^:/?#]+):\/\/([^/?#]*?)(?::(\d*))?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/s.exec(url)
  if (found === null) return undefined
  const [, scheme = '', host = '', port = '', path = '', query = '', fragment = ''] = found
  return { scheme, host, port, path, query, fragment }
}

/** A wildcard stands for letters of one label. */
function isSame(part: keyof Parts, sent: Parts, allowed: Parts): boolean {
  if (part !== 'host' || !allowed.host.includes('*')) return sent[part] === allowed[part]
  const [before = '', after = ''] = allowed.host.split('*')
  const label = sent.host.slice(before.length, sent.host.length - after.length)
  return sent.host === before + label + after && /^[a-z0-9-]+$/.test(label)
}

const withoutSlash = (path: string) => path.replace(/\/$/, '')

const weightOf = (part: keyof Parts, sent: Parts, allowed: Parts): number =>
  part === 'path' && withoutSlash(sent.path) === withoutSlash(allowed.path) ? 1 : WEIGHT[part]

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
/** Scalekit compares addresses character by character, whatever browsers think of them. */
const WORDS: Readonly<Record<keyof Parts, (sent: string, allowed: string) => string>> = {
  scheme: (sent, allowed) => `It begins with ${sent}://, the allowed one with ${allowed}://.`,
  host: (sent, allowed) => {
    if (sent.toLowerCase() === allowed.toLowerCase())
      return `The host is written ${allowed}, in small letters.`
    if (allowed.includes('*'))
      return `The host is ${sent || 'empty'}; the * in ${allowed} stands for one label, such as docs.`
    const both = LOOPBACK.includes(sent) && LOOPBACK.includes(allowed)
    return `The host is ${sent || 'empty'}, the allowed one ${allowed}${both ? ': the same machine under another name' : ''}.`
  },
  port: (sent, allowed) => `It has ${portName(sent)}, the allowed one ${portName(allowed)}.`,
  path: (sent, allowed) => {
    if (sent === `${allowed}/`) return 'It ends with a slash, the allowed one does not.'
    if (allowed === `${sent}/`) return 'It does not end with a slash, the allowed one does.'
    const isCase = sent.toLowerCase() === allowed.toLowerCase()
    return `The path is ${sent || 'empty'}, the allowed one ${allowed || 'empty'}${isCase ? ': capital letters count' : ''}.`
  },
  query: (sent) =>
    sent === '' ? 'The query is missing.' : `It has the query ${sent}, the allowed one has none.`,
  fragment: (sent) => `It has the fragment ${sent}, the allowed one has none.`,
}

const portName = (port: string) => (port === '' ? 'no port' : `port ${port}`)

function piecesOf(sent: string, parts: Parts, allowed: Parts, differing: readonly (keyof Parts)[]): Piece[] {
  const { scheme, host, port, path, query, fragment } = parts
  const piece = (part: keyof Parts, text: string): Piece => ({ text, differs: differing.includes(part) })
  const authority = sent.slice(`${scheme}://${host}`.length).startsWith(':') ? `:${port}` : ''
  return [
    piece('scheme', scheme),
    { text: '://', differs: false },
    piece('host', host),
    piece('port', authority),
    ...(path === `${allowed.path}/`
      ? [
          { text: allowed.path, differs: false },
          { text: '/', differs: true },
        ]
      : [piece('path', path)]),
    piece('query', query),
    piece('fragment', fragment),
  ].filter(({ text }) => text !== '')
}
