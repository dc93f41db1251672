import type { Child } from 'hono/jsx'

/** Fits on a line of a phone. */
const FITS = 24

/**
 * A text whose addresses and host names may be broken where people read them in parts: before an `@`, and, where a part is still too
 * long for a line, before its dots. Whatever is shorter stays in one piece, with its hyphens.
 */
export const Breakable = ({ text }: { readonly text: string }) =>
  text.split(/(\s+)/).map((word) => (word.length <= FITS ? inOnePiece(word) : inParts(word)))

const inOnePiece = (word: string): Child =>
  /[^-]-[^-]/.test(word) ? <span class="whole">{word}</span> : word

const inParts = (word: string): Child[] =>
  word
    .split(/(?=@)/)
    .flatMap((part) => (part.length <= FITS ? [part] : part.split(/(?=\.)/)))
    .map((part, index) => (index === 0 ? part : [<wbr />, part]))
