import * as v from 'valibot'
import { isLocalHost } from '../base/local-host.ts'
import { MAX_LINKS, MAX_LOGO } from '../config.ts'
import { ORGANIZATION_ID } from '../scalekit/ids.ts'
import { imageProblem } from './image-data.ts'
import { readingsOf } from './readings.ts'

/** Characters. So many stay on two lines of a phone. */
const MAX_NAME = 60
const MAX_TEXT = 80
const MAX_URL = 500
const MAX_PATH = 200
/** RFC 5321 section 4.5.3.1. */
const MAX_EMAIL = 254

/** Whatever is wrong with a text, it is one problem. */
const checked = (problemOf: (text: string) => string | undefined) =>
  v.pipe(
    v.string('must be text'),
    v.check(
      (text) => problemOf(text) === undefined,
      ({ input }) => problemOf(input) ?? '',
    ),
  )

/** Text that stands in a page as it is written. */
const shownText = (most: number) =>
  checked((text) => {
    if (text.trim() === '') return 'is empty'
    if (text.length > most) return `is longer than ${most} characters`
    if (!text.isWellFormed() || hasUnseen(text) || text.trim() !== text) return UNSEEN_REMEDY
    return /[<>]/.test(text) ? 'holds < or >: write plain text, without HTML' : undefined
  })

/** ASCII and the letters of European languages, as most text is. */
const PLAIN = /^[ -~\u00c0-\u024f]*$/

/**
 * Whether text has control characters, line breaks, what changes the direction or the place of other text, or what shows nothing in its
 * place: a name could seem to say something else than it does (Unicode Technical Standard 39). What joins letters or chooses
 * between their forms is part of many scripts, and stays beside something that is seen.
 */
function hasUnseen(text: string): boolean {
  if (PLAIN.test(text)) return false
  // Written here, since the tables behind these classes take a new isolate a millisecond to put together.
  const unseen =
    /[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cn}\ufff9-\ufffb\u2800[\p{DI}--[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]]]/v
  return unseen.test(text) || !/[\p{L}\p{N}\p{P}\p{S}]/u.test(text)
}

const UNSEEN_REMEDY =
  'holds a space at its end, a line break, or a character that nobody sees or that changes the direction of text: write plain text'

const LINK_FORM =
  'must be an address like https://example.com/help or mailto:help@example.com, percent-encoded; http only for a loopback address'

const link = checked((text) => {
  if (text.length > MAX_URL) return `is longer than ${MAX_URL} characters`
  return isLink(text) ? undefined : LINK_FORM
})

/** What a browser would read otherwise than it is written, such as a backslash or a line break, is no link. */
function isLink(text: string): boolean {
  if (!/^[!-~]+$/.test(text) || /[\\"'<>`{}|^]/.test(text)) return false
  if (text.startsWith('mailto:')) return isEmail(text.slice('mailto:'.length))
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  return text.startsWith('https://') || (text.startsWith('http://') && isLocalHost(url.hostname))
}

/** An address that can stand behind `mailto:` as it is (RFC 6068 section 2), in the form that people have. */
const isEmail = (text: string): boolean =>
  text.length <= MAX_EMAIL && /^[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text)

const support = v.pipe(
  v.strictObject({
    text: shownText(MAX_TEXT),
    url: v.optional(link),
    email: v.optional(
      checked((text) => (isEmail(text) ? undefined : "must be an e-mail address, such as 'it@acme.example'")),
    ),
  }),
  v.check(
    ({ url, email }) => (url === undefined) !== (email === undefined),
    'needs a url or an email, and not both: where people find help',
  ),
)

const LOGO_FORM =
  "must be a path of the site that ends in .svg, .png, .jpg, .jpeg, .webp or .gif, such as '/logo.svg', or a data: URL of such an image"

const logo = (basePath: string) =>
  checked((text) => {
    if (text.startsWith('data:')) return logoDataProblem(text)
    if (!isLogoPath(text)) return LOGO_FORM
    return text.toLowerCase().startsWith(`${basePath.toLowerCase()}/`)
      ? `is below ${basePath}, where Gatehouse itself answers: put the image somewhere else`
      : undefined
  })

function logoDataProblem(text: string): string | undefined {
  if (lengthInPage(text) > MAX_LOGO)
    return (
      `is longer than ${MAX_LOGO} characters in a page, which has to stay below 15 KB: make the image smaller, ` +
      'or put it into a file of the site and write its path'
    )
  return imageProblem(text)
}

/** With what an attribute has in place of quotes and ampersands. */
const lengthInPage = (text: string): number =>
  text.length + (text.match(/[&']/g)?.length ?? 0) * ('&#39;'.length - 1)

/** One path in one spelling: plain names, and the ending of an image, so that it is no page by another name. */
const LOGO_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\.(?:svg|png|jpe?g|webp|gif)$/

function isLogoPath(text: string): boolean {
  if (text.length > MAX_PATH || !LOGO_PATH.test(text)) return false
  const readings = readingsOf(text)
  return readings.ok && readings.value.length === 1
}

const ACCENT_FORM = "must be a colour like '#0a7' or '#00aa77'"

/** @param basePath below it no logo can be */
export const brand = (basePath: string) =>
  v.strictObject({
    name: v.optional(shownText(MAX_NAME)),
    logo: v.optional(logo(basePath)),
    accent: v.optional(
      checked((text) => (/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text) ? undefined : ACCENT_FORM)),
    ),
    support: v.optional(support),
    links: v.optional(
      v.pipe(
        v.array(v.strictObject({ text: shownText(MAX_TEXT), url: link })),
        v.maxLength(MAX_LINKS, `are more than ${MAX_LINKS}: keep those that people look for`),
      ),
    ),
  })

export const organizationNames = v.record(
  v.pipe(v.string(), v.regex(ORGANIZATION_ID, 'is not the ID of an organization, org_…')),
  shownText(MAX_NAME),
)
