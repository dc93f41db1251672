/** The kinds of images that browsers show everywhere. */
const IMAGE_TYPES = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const

type ImageType = (typeof IMAGE_TYPES)[number]

const DATA_URL = /^data:([a-z]+\/[a-z0-9.+-]+)((?:;charset=utf-?8)?)((?:;base64)?),(.*)$/is

/** Whether the bytes of a file begin as those of its type do. */
const BEGINNINGS: Readonly<Record<ImageType, RegExp>> = {
  'image/png': /^\x89PNG\r\n.\n/s,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[\s\S]{4}WEBP/,
  // What may stand before the root element of a document (XML 1.0 section 2.8), without a document type: that could define entities.
  'image/svg+xml': /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<svg[\s>/]/,
}

/** What is wrong with a `data:` URL (RFC 2397) as an image, if anything is. */
export function imageProblem(text: string): string | undefined {
  const match = DATA_URL.exec(text)
  if (match === null) return 'is no data: URL: write data:image/png;base64,… or data:image/svg+xml,…'
  const [, written = '', , base64 = '', data = ''] = match
  const type = IMAGE_TYPES.find((each) => each === written.toLowerCase())
  if (type === undefined) return `is of the type ${written}: use ${IMAGE_TYPES.join(', ')}`
  const bytes = base64 === '' ? fromPercentEncoding(data) : fromBase64(data)
  if (bytes === undefined)
    return base64 === ''
      ? 'is not percent-encoded: write # as %23, % as %25, " as %22, < as %3C, > as %3E and letters beyond ASCII by their bytes'
      : 'is not base64'
  return BEGINNINGS[type].test(bytes)
    ? undefined
    : `says that it is ${type}, and its bytes are something else`
}

/** @returns a character for each byte */
function fromBase64(data: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(data)) return undefined
  return atob(data)
}

/** A `#` would begin a fragment, and quotes or brackets the end of an attribute for whoever copies it. */
function fromPercentEncoding(data: string): string | undefined {
  if (!/^(?:[ !$&'()*+,\-./0-9:;=?@A-Z_a-z~]|%[0-9a-f]{2})*$/i.test(data)) return undefined
  return data.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
