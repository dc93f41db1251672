/** Fits on a line of a phone. */
const FITS = 24

/**
 * A text whose addresses and host names may be broken where people read them in parts: before an `@`, and, where a part is still too
 * long for a line, before its dots. Whatever is shorter stays in one piece.
 */
export function Breakable({ text }: { readonly text: string }) {
  return text
    .split(/(\s+)/)
    .map((word) =>
      word.length <= FITS ? word : partsOf(word).map((part, index) => (index === 0 ? part : [<wbr />, part])),
    )
}

const partsOf = (word: string): string[] =>
  word.split(/(?=@)/).flatMap((part) => (part.length <= FITS ? [part] : part.split(/(?=\.)/)))
