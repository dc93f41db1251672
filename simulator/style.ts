import { PARTS } from './style-parts.ts'

/**
 * The style sheet of the simulator's pages. It speaks the language of the demo site (its stone, its ink, its square
 * corners) with brass where the site is green, and a band of stripes on top: nobody should take it for the site, or for Scalekit.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#eef1f1, #121718);
  --wall: light-dark(#fff, #1c2325);
  --line: light-dark(#cfd7d6, #344043);
  --edge-line: light-dark(#7a8887, #75858a);
  --ink: light-dark(#172122, #e6ecea);
  --soft: light-dark(#4d5b5c, #a5b3b2);
  --accent: light-dark(#82560a, #e0b461);
  --on-accent: light-dark(#fff, #261a02);
  --good: light-dark(#0f6b5c, #62cdb4);
  --bad: light-dark(#a4161a, #ff9c9c);
  --bad-wash: light-dark(#fbe3e1, #43201f);
  --good-wash: light-dark(#d9efe6, #1d3d36);
  --mark: light-dark(#ffe08a, #6b4e0b);
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace;
  --edge: clamp(1rem, 4vw, 2.5rem);
  font: 1rem/1.55 system-ui, sans-serif;
  color: var(--ink);
  background: var(--ground);
  accent-color: var(--accent);
}
*, ::before, ::after { box-sizing: border-box }
body { margin: 0; min-height: 100vh }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; overflow-wrap: anywhere }
a:hover { text-decoration-thickness: 2px }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 2px }
main:focus { outline: none }
h1, h2, h3 { line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; overflow-wrap: anywhere }
h1 { margin: 0 0 1rem; font-size: clamp(1.75rem, 1.4rem + 1.8vw, 2.5rem) }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.3rem; scroll-margin-top: 1rem }
h3 { margin: 0 0 .5rem; font-size: 1.05rem }
p, dl, ul, ol { margin: 0 0 1rem }
ul, ol { padding-left: 1.25rem }
code, pre, .id { font-family: var(--mono); font-size: .875em; overflow-wrap: anywhere }
time { white-space: nowrap; font-variant-numeric: tabular-nums }
mark { color: inherit; background: var(--mark); border-bottom: 2px solid var(--accent) }
.lead { max-width: 44rem; color: var(--soft); text-wrap: pretty }
.soft { color: var(--soft); font-size: .9rem }
.skip { position: absolute; left: -100vw }
.skip:focus { left: var(--edge); top: .5rem; z-index: 1; padding: .5rem 1rem; background: var(--wall) }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 2rem; padding: calc(.75rem + 6px) var(--edge) .75rem; border-bottom: 1px solid var(--line);
  background: repeating-linear-gradient(135deg, var(--accent) 0 12px, var(--wall) 12px 24px) top / 100% 6px no-repeat var(--wall) }
.bar p { margin: 0; font-size: .9rem; color: var(--soft) }
.bar strong { margin-right: .5rem; font-size: 1.15rem; letter-spacing: -.02em; color: var(--ink) }
.bar ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none }
.bar nav a { display: block; padding: .35rem 0; border-bottom: 2px solid transparent; color: var(--soft); text-decoration: none }
.bar nav a:hover { color: var(--ink) }
.bar nav a[aria-current] { color: var(--ink); border-color: var(--accent) }
.faults { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: .6rem var(--edge); color: var(--on-accent); background: var(--accent) }
.faults p { margin: 0; flex: 1 1 14rem }
.faults a { color: inherit }
.faults input[type=submit] { color: var(--accent); background: var(--on-accent); border-color: var(--on-accent) }
.faults :focus-visible { outline-color: currentColor }
main { max-width: 68rem; margin: 0 auto; padding: clamp(1.5rem, 4vw, 2.5rem) var(--edge) 4rem }
.sections { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1rem; padding: 0; list-style: none }
${PARTS}`
