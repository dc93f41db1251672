/**
 * The look of our pages: the colours and letters of the demo site, without a file to fetch. Everything that has to be told apart is so
 * without colour too, and in forced colours.
 */
const READABLE = `
:root { color-scheme: light dark; --ground: light-dark(#eef1f1, #121718); --wall: light-dark(#fff, #1c2325); --line: light-dark(#cfd7d6, #344043); --edge: light-dark(#7a8887, #758483); --ink: light-dark(#172122, #e6ecea); --soft: light-dark(#4d5b5c, #a5b3b2); --accent: light-dark(#0f6b5c, #62cdb4); --on-accent: light-dark(#fff, #06201b); --bad: light-dark(#a8261c, #ffb3a8); --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace; font: 1rem/1.55 system-ui, sans-serif; -webkit-text-size-adjust: 100%; color: var(--ink); background: var(--ground); accent-color: var(--accent) }
*, ::before, ::after { box-sizing: border-box }
body { display: grid; grid-template-columns: minmax(0, 27rem); justify-content: center; align-content: safe center; gap: 1.25rem; min-height: 100vh; min-height: 100svh; margin: 0; padding: 2.5rem 1.25rem; overflow-wrap: break-word }
.wide { grid-template-columns: minmax(0, 38rem) }
:root:lang(ja) { line-height: 1.75; word-break: auto-phrase }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.2; letter-spacing: -.02em; text-wrap: balance }
h2 { margin: 0; font-size: 1rem }
h2 + p { margin-top: -.875rem }
h1:lang(ja) { letter-spacing: 0; line-height: 1.4 }
p, ul, ol, form, pre, details, dl { margin: 0 }
p, li { text-wrap: pretty }
ul, ol { padding-left: 1.25rem }
li + li { margin-top: .25rem }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px }
a:hover { text-decoration-thickness: 2px }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px }
code, pre { font: .875em/1.5 var(--mono); overflow-wrap: anywhere }

body > header { display: flex; gap: .75rem; align-items: center }
.badge { flex: none; display: flex; flex-wrap: wrap; align-content: start; width: min-content; height: 2.5rem; overflow: hidden }
.logo { flex: none; height: 2.5rem; max-width: min(13.5rem, 50vw - 1.25rem); object-fit: contain; border-radius: 4px; background: #fff; color-scheme: light }
.mark { flex: none; display: grid; place-items: end center; width: 2rem; height: 2.5rem; padding-bottom: .3rem; border-radius: 1rem 1rem 3px 3px; font-weight: 700; line-height: 1.2; color: var(--on-accent); background: var(--accent); border: 1px solid transparent }
body > header p { min-width: 0; line-height: 1.3 }
.name { display: block; font-weight: 700; letter-spacing: -.01em }
.host { display: block; font-size: .875rem; color: var(--soft) }

main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; padding: 2rem; background: var(--wall); border: 1px solid var(--line); border-radius: 10px }
.soft { color: var(--soft) }
.note { font-size: .875rem }
main > footer { display: grid; gap: .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--soft) }
.pairs { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem }
.pairs span { min-width: 0 }
body > footer ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: 0; list-style: none; font-size: .875rem }
body > footer li { margin: 0 }
body > footer a { display: inline-block; padding: .25rem 0; color: var(--soft) }
body > footer a:hover { color: var(--ink) }

.button { display: block; width: 100%; min-height: 2.75rem; padding: .6625rem 1rem; font: inherit; font-weight: 600; line-height: 1.3; text-align: center; text-wrap: balance; text-decoration: none; overflow-wrap: break-word; cursor: pointer; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 6px }
.button:hover { background: color-mix(in oklab, var(--accent) 86%, var(--ink)) }
.button.quiet { color: var(--ink); background: none; border-color: var(--edge) }
.button.quiet:hover { border-color: var(--ink); background: var(--ground) }
.button.small { width: auto; padding-inline: 1.25rem; white-space: nowrap }
.actions { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem }
.actions:empty { display: none }
.whole { display: inline-block; max-width: 100% }
a:not(.button) .whole { display: inline }
br + .button { margin-top: .75rem }

form.fields { display: grid; grid-template-columns: minmax(0, 1fr); gap: .375rem }
.fields .button { margin-top: .625rem }
label { font-weight: 600 }
input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--wall); border: 1px solid var(--edge); border-radius: 6px }
input:focus-visible { outline-offset: 0; border-color: var(--accent); border-radius: 6px }
[aria-invalid], [aria-invalid]:focus-visible { border-color: var(--bad); outline-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad) }
.bad { color: var(--bad) }
.or { display: flex; align-items: center; gap: .75rem; text-align: center; font-size: .875rem; color: var(--soft) }
.or::before, .or::after { content: ""; flex: 1; min-width: 1rem; border-top: 1px solid var(--line) }

details { border: 1px solid var(--line); border-radius: 6px }
summary { min-height: 2.75rem; padding: .6rem 1rem; font-weight: 600; cursor: pointer; border-radius: 6px }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0 }
details > :not(summary) { margin: 1rem }
pre, .copy { padding: .75rem 1rem; white-space: pre-wrap; user-select: all; background: var(--ground); border: 1px solid var(--line); border-radius: 6px }

.done { padding: .75rem 1rem; background: var(--ground); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 6px }
.sessions { padding: 0; list-style: none }
.sessions li { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; justify-content: space-between; margin: 0; padding: 1rem 0; border-top: 1px solid var(--line) }
.sessions div:not(.actions) { flex: 999 1 12rem; min-width: 0 }
.sessions form { flex: 1 0 auto }
.sessions .button { width: 100% }
.sessions span { display: block }
.tag { display: inline-block; margin-left: .25rem; padding: 0 .5rem; font-style: normal; font-size: .875rem; color: var(--accent); border: 1px solid; border-radius: 1rem }

@media (min-width: 34rem) {
.wide .actions { display: flex; flex-wrap: wrap }
.wide .actions .button { width: auto; padding-inline: 1.5rem }
}
@media (max-width: 22rem) {
h1 { font-size: 1.375rem }
}
@media (max-width: 30rem) {
:root { background: var(--wall) }
body { align-content: start; gap: 1.75rem; padding: 1.5rem 1.25rem }
main { padding: 0; border: 0 }
body > footer { padding-top: 1rem; border-top: 1px solid var(--line) }
}
@media (forced-colors: active) {
.button:not(.quiet) { forced-color-adjust: none; color: HighlightText; background: Highlight; border-color: CanvasText; outline-color: CanvasText }
[aria-invalid] { border-width: 3px }
}
`

/** The same without spaces that only people need: a tenth of it, in every page. */
export const STYLE = READABLE.replaceAll(/(?<=[:;{,]) | (?=[{}])/g, '')
