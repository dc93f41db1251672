import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Brand } from './brand.ts'
import { Breakable } from './breakable.tsx'
import { STYLE } from './style.ts'
import type { Words } from './words/words.ts'

/** What goes into the frame. */
export interface Content {
  readonly title: string
  /** What the tab says, where that is not the title of the page: that something is to be put right. */
  readonly tab?: string | undefined
  readonly body: Child
  readonly footer?: Child
  /** Whether the body says already whom to ask. */
  readonly namesSupport?: boolean
  /** For what has lines of its own, such as a list. */
  readonly wide?: boolean
}

/** The whole document of one of our pages, in which every value is escaped. */
export const renderPage = (brand: Brand, nonce: string, words: Words, content: Content): string =>
  // Throws for a component that is a promise: an answer waits for nothing once it is decided.
  `<!doctype html>${<Frame brand={brand} nonce={nonce} words={words} content={content} />}`

interface FrameProps {
  readonly brand: Brand
  readonly nonce: string
  readonly words: Words
  readonly content: Content
}

/** The frame of all our pages: no script, one inline style that the policy admits by its nonce. */
function Frame({ brand, nonce, words, content }: FrameProps) {
  const { title, tab = title, body, footer, namesSupport = false, wide = false } = content
  return (
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{tab.includes(brand.name) ? tab : `${tab} · ${brand.name}`}</title>
        <style nonce={nonce}>
          {raw(STYLE)}
          {accentStyle(brand)}
        </style>
      </head>
      <body class={wide ? 'wide' : undefined}>
        <Introduction brand={brand} />
        <main>
          <h1>
            <Breakable text={title} />
          </h1>
          {body}
          {footer && <footer>{footer}</footer>}
        </main>
        <Links brand={brand} withSupport={!namesSupport} />
      </body>
    </html>
  )
}

/** Text, not `raw`: an escaped value cannot end the element, whatever it says. */
const accentStyle = ({ accent }: Brand): string =>
  accent === undefined
    ? ''
    : `:root { --accent: light-dark(${accent.light.color}, ${accent.dark.color}); --on-accent: light-dark(${accent.light.on}, ${accent.dark.on}) }`

/** Whose page this is. A name can say anything, so the host stands beside it. */
function Introduction({ brand: { name, host, logo } }: { brand: Brand }) {
  return (
    <header>
      <span class="badge" aria-hidden="true">
        {/* A logo that is there leaves no room for the letter; one that is missing has no width. */}
        {logo !== undefined && <img class="logo" src={logo.src} alt="" />}
        <span class="mark">{/[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase()}</span>
      </span>
      <p>
        <span class="name">
          <Breakable text={name} />
        </span>
        {name !== host && (
          <span class="host">
            <Breakable text={host} />
          </span>
        )}
      </p>
    </header>
  )
}

/** Whom to ask, and what the site has to say of itself. */
function Links({ brand: { support, links }, withSupport }: { brand: Brand; withSupport: boolean }) {
  const all = support === undefined || !withSupport ? links : [support, ...links]
  return (
    all.length > 0 && (
      <footer>
        <ul>
          {all.map(({ text, href }) => (
            <li>
              <a href={href}>{text}</a>
            </li>
          ))}
        </ul>
      </footer>
    )
  )
}

/** What a person can quote: a code to look up, and a reference to search the log for. */
export function CodeAndReference({ words, code, reference }: CodeAndReferenceProps) {
  return (
    <p class="pairs">
      <span>
        {words.code} <code>{code}</code>
      </span>{' '}
      <span>
        {words.reference} <code>{reference}</code>
      </span>
    </p>
  )
}

interface CodeAndReferenceProps {
  readonly words: Words
  readonly code: string
  readonly reference: string
}
