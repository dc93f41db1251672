import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Brand } from './brand.ts'
import type { Words } from './words/words.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e9e7e1); --soft: light-dark(#565d66, #a5a9ae); --paper: light-dark(#f6f5f1, #15181b); --card: light-dark(#fff, #1e2226); --line: light-dark(#dddad2, #343a40); --accent: light-dark(#1f5f4a, #7cc7a8); --on-accent: light-dark(#fff, #10201a) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(30rem, 100%); background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 2rem; overflow-wrap: anywhere }
a { color: var(--accent) }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
p, ul, input { margin: 0 0 1rem }
ul { padding-left: 1.25rem }
.soft, footer, .host { color: var(--soft) }
.host, footer { font-size: .875rem }
footer { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
footer p, form, .sessions p { margin: 0 }
label { font-weight: 600 }
input { width: 100%; padding: .625rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .5rem }
.button { display: inline-block; padding: .625rem 1rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem }
.quiet { color: var(--accent); background: transparent }
.actions { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center }
.sessions { list-style: none; padding: 0 }
time { white-space: nowrap }
.sessions li > :last-child { flex: none }
.sessions li { display: flex; gap: 1rem; justify-content: space-between; align-items: center; padding: .75rem 0; border-top: 1px solid var(--line) }
`

/** What goes into the frame. */
export interface Content {
  readonly title: string
  readonly body: Child
  readonly footer?: Child
}

/** The whole document of one of our pages, in which every value is escaped. */
export const renderPage = (brand: Brand, nonce: string, words: Words, content: Content): string =>
  // Throws for a component that is a promise: an answer waits for nothing once it is decided.
  `<!doctype html>${<Frame brand={brand} nonce={nonce} words={words} content={content} />}`

/** The frame of all our pages: no script, one inline style that the policy admits by its nonce. */
function Frame({ brand, nonce, words, content: { title, body, footer } }: FrameProps) {
  return (
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${brand.name}`}</title>
        <style nonce={nonce}>{raw(STYLE)}</style>
      </head>
      <body>
        <main>
          <p class="host">{brand.host}</p>
          <h1>{title}</h1>
          {body}
          {footer && <footer>{footer}</footer>}
        </main>
      </body>
    </html>
  )
}

interface FrameProps {
  readonly brand: Brand
  readonly nonce: string
  readonly words: Words
  readonly content: Content
}

/** What a person can quote: a code to look up, and a reference to search the log for. */
export function CodeAndReference({ words, code, reference }: CodeAndReferenceProps) {
  return (
    <p>
      {words.code} <code>{code}</code> · {words.reference} <code>{reference}</code>
    </p>
  )
}

interface CodeAndReferenceProps {
  readonly words: Words
  readonly code: string
  readonly reference: string
}
