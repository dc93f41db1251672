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
input:not([type=radio]), select, textarea { width: 100%; padding: .5rem .65rem; font: inherit; font-size: 1rem; color: var(--text); background: var(--ground); border: 1px solid var(--quiet); border-radius: .5rem }
input[type=radio] { accent-color: var(--accent); margin: 0 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem }
button { padding: .55rem 1.1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .5rem; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.problem { background: var(--warning); border-radius: .5rem; padding: .6rem .8rem }
.quiet { color: var(--quiet); font-size: .9rem }
form:has([name=scenario][value=login]:checked) :is(.for-error, .for-relay),
form:has([name=scenario][value=idp_initiated]:checked) :is(.for-error, .for-person),
form:has([name=scenario][value=error]:checked) :is(.for-email, .for-person, .for-relay) { display: none }
`
