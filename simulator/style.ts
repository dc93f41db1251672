/** The style sheet of the simulator's pages. `:has()` hides what a scenario does not use; without it all is shown. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f3f8, #17151f);
  --card: light-dark(#fff, #211f2b);
  --text: light-dark(#1f1b2e, #eceaf4);
  --quiet: light-dark(#5b5670, #b1adc4);
  --line: light-dark(#d9d6e4, #3b384a);
  --accent: light-dark(#5a3fd0, #a897ff);
  --on-accent: light-dark(#fff, #17151f);
  --warning: light-dark(#ffe9a8, #4a3c0e);
  --good: light-dark(#d4f2dc, #14402a);
  --bad: light-dark(#fbdcdc, #571f24);
  --danger: light-dark(#a4161a, #ff9c9c);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
header { background: var(--warning); border-bottom: 1px solid var(--line) }
header p { max-width: 44rem; margin: 0 auto; padding: .6rem 1.25rem; font-size: .9rem }
header strong { margin-right: .5rem }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 }
h2 { font-size: 1.15rem; margin: 0 0 .25rem }
p, dl { margin: 0 0 1rem }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .15rem 1rem }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
code { font: .9em ui-monospace, monospace }
a { color: var(--accent) }
ul { margin: 0 0 1rem; padding-left: 1.2rem }
section, .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 0 0 1rem }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; min-width: 0 }
legend { font-weight: 600; padding: 0; margin-bottom: .4rem }
label { display: block }
label.choice { display: flex; align-items: center; gap: .6rem; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .4rem; cursor: pointer }
label.choice:has(:checked) { border-color: var(--accent); outline: 1px solid var(--accent) }
label.field { margin-bottom: .8rem; font-size: .9rem; color: var(--quiet) }
label.field > :is(input, select, textarea) { display: block; margin-top: .2rem }
input:not([type=radio], [type=checkbox]), select, textarea { width: 100%; padding: .5rem .65rem; font: inherit; font-size: 1rem; color: var(--text); background: var(--ground); border: 1px solid var(--quiet); border-radius: .5rem }
input:is([type=radio], [type=checkbox]) { accent-color: var(--accent); margin: 0 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem }
button { padding: .55rem 1.1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .5rem; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.problem { background: var(--warning); border-radius: .5rem; padding: .6rem .8rem }
.quiet { color: var(--quiet); font-size: .9rem }
.notice { background: var(--good); border-radius: .5rem; padding: .6rem .8rem }
[role=status] p { margin: 0 0 .5rem }
section > :last-child { margin-bottom: 0 }
div.problem p { margin: 0 }
div.problem { margin: 0 0 1rem }
main.wide, header:has(+ main.wide) p { max-width: 68rem }
.title ~ .scroll th:first-child { width: 36% }
.title ~ .scroll th:nth-child(2) { width: 12% }
main.wide h2 { margin: 2rem 0 .75rem; scroll-margin-top: 1rem }
h3 { font-size: 1rem; margin: 0 }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1rem }
.title { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: .5rem 1rem; margin: 0 0 .75rem }
.title p { margin: 0 }
/* The words that are only heard are positioned inside it, or they would widen the page. */
.scroll { position: relative; overflow-x: auto; margin: 0 0 1rem }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
th, td { text-align: left; vertical-align: baseline; padding: .5rem 1rem .5rem 0; border-top: 1px solid var(--line); font-weight: 400 }
thead th { color: var(--quiet); border-top: 0; padding-bottom: .25rem }
:is(th, td):last-child { padding-right: 0 }
time { white-space: nowrap; font-variant-numeric: tabular-nums }
pre { margin: .25rem 0 0; max-width: 32rem; max-height: 20rem; overflow: auto; font: .8rem ui-monospace, monospace; background: var(--ground); padding: .5rem; border-radius: .5rem }
summary { cursor: pointer; color: var(--accent) }
.actions, .line { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center }
.line input:not([type=hidden]) { width: 16rem; padding: .25rem .5rem; font-size: .9rem }
.line label { font-size: .9rem; color: var(--quiet) }
button.small { padding: .25rem .6rem; font-size: .85rem; color: var(--text); background: var(--card); border: 1px solid var(--quiet) }
button.destructive { color: var(--danger); background: var(--card); border: 1px solid var(--danger) }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; white-space: nowrap; border: 1px solid var(--line) }
.badge.good { background: var(--good) }
.badge.bad { background: var(--bad) }
.attempts { margin: 0; padding: 0; list-style: none }
label.switch { display: flex; gap: .6rem; align-items: center; margin-bottom: .5rem }
section > details > summary { font-weight: 600 }
@media (max-width: 44rem) {
  table, tbody, tr, td, tbody th { display: block }
  thead { display: none }
  tr { border-top: 1px solid var(--line); padding: .5rem 0 }
  td, tbody th, .title ~ .scroll th:first-child { border: 0; padding: .15rem 0; width: auto }
}
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
form:has([name=scenario][value=login]:checked) :is(.for-error, .for-relay),
form:has([name=scenario][value=idp_initiated]:checked) :is(.for-error, .for-person),
form:has([name=scenario][value=error]:checked) :is(.for-email, .for-person, .for-relay) { display: none }
`
