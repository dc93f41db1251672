/** What pages are made of. `:has()` hides what a scenario does not use; without it all is shown. */
export const PARTS = `
.card { padding: 1.25rem clamp(1rem, 3vw, 1.5rem); margin: 0 0 1rem; background: var(--wall); border: 1px solid var(--line); border-radius: 4px }
.card > :last-child { margin-bottom: 0 }
.card h2 { margin: 0 0 .5rem }
.narrow { max-width: 44rem }
.title { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: .5rem 1rem; margin: 0 0 .75rem }
.title > div { min-width: 0 }
.title p { margin: 0 }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .15rem 1rem }
dt { color: var(--soft) }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
summary { cursor: pointer; color: var(--accent) }
summary > h3 { display: inline; margin: 0 }
.wrong { display: block; margin-top: .2rem; color: var(--bad) }
[aria-invalid] { border-color: var(--bad) !important }
details[open] > summary { margin-bottom: .75rem }
details[open] > form { margin-bottom: 1rem }
pre { margin: .25rem 0 1rem; padding: .75rem; white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: 4px }

button, input[type=submit] { display: inline-block; padding: .4rem .95rem; border: 1px solid var(--accent); border-radius: 4px; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); text-decoration: none; cursor: pointer }
button:hover, input[type=submit]:hover { box-shadow: inset 0 0 0 1px currentColor }
button.quiet { color: var(--accent); background: none }
button.small { padding: .25rem .7rem; font-size: .875rem }
button.destructive { color: var(--bad); background: none; border-color: var(--bad) }
.actions, .line { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end }
form.line > .field { flex: 1 1 12rem; margin: 0 }
.line + p { margin-top: .75rem }
form { margin: 0 }

fieldset { border: 0; margin: 0 0 1rem; padding: 0; min-width: 0 }
legend { font-weight: 600; padding: 0; margin-bottom: .4rem }
label.choice { display: flex; align-items: center; gap: .6rem; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: 4px; margin-bottom: .4rem; cursor: pointer }
label.choice:has(:checked) { border-color: var(--accent); outline: 1px solid var(--accent) }
label.field, div.field { display: block; margin-bottom: .8rem; font-size: .9rem; color: var(--soft) }
.field > :is(input, select, textarea) { display: block; margin-top: .2rem }
input:not([type=radio], [type=checkbox], [type=submit]), select, textarea { width: 100%; min-width: 0; padding: .4rem .6rem; font: inherit; font-size: 1rem; color: var(--ink); background: var(--ground); border: 1px solid var(--edge-line); border-radius: 4px }
textarea { font-family: var(--mono); font-size: .9rem }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: 0 1rem; align-items: end }
label.switch { display: flex; gap: .6rem; align-items: baseline; margin-bottom: .5rem }
input.amount { width: 8rem }

.notice, .problem { padding: .6rem .8rem; margin: 0 0 .75rem; border-left: 4px solid var(--good); background: var(--good-wash) }
main:has(:target) > .notices { position: sticky; top: 0; z-index: 1 }
.notices ~ :target, .notices ~ * :target { scroll-margin-top: 7rem }
.problem { border-color: var(--bad); background: var(--bad-wash) }
.problem > p { margin: 0 }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid var(--edge-line); border-radius: 4px; font-size: .8rem; line-height: 1.5; white-space: nowrap }
.badge.good { color: var(--good); background: var(--good-wash); border-color: var(--good) }
.badge.bad { color: var(--bad); background: var(--bad-wash); border-color: var(--bad) }
.tags { display: flex; flex-wrap: wrap; gap: .25rem; margin: .25rem 0 0; padding: 0; list-style: none }

table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; font-size: .95rem }
th, td { padding: .6rem 1rem .6rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere }
thead th { color: var(--soft); font-size: .9rem; border: 0; padding-block: .25rem }
:is(th, td):last-child { padding-right: 0 }
.title ~ table th:first-child { width: 40% }
.title ~ table th:nth-child(2) { width: 14% }
.attempts { margin: 0; padding: 0; list-style: none }
@media (max-width: 48rem) {
  table, tbody, tr, td, tbody th { display: block; width: auto }
  thead { position: absolute; clip-path: inset(50%) }
  table tr { border-top: 1px solid var(--line); padding: .6rem 0 }
  table td, table tbody th, .title ~ table th:first-child { border: 0; padding: .15rem 0; width: auto }
}

.people, .requests, .faultlist { margin: 0 0 1rem; padding: 0; list-style: none }
.people > li { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .5rem 1rem; padding: .75rem 0; border-top: 1px solid var(--line) }
.people > li > div { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere }
.people .name { font-weight: 600 }
.places { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1rem; padding: 0; list-style: none }
.places a { display: block; padding: .25rem .7rem; border: 1px solid var(--edge-line); border-radius: 4px; color: var(--ink); text-decoration: none }
.places a:hover { border-color: var(--accent) }
.places a[aria-current] { color: var(--on-accent); background: var(--accent); border-color: var(--accent) }

.faultlist > li { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1.5rem; padding: 1rem 0; border-top: 1px solid var(--line) }
.faultlist h2 { margin: 0; font-size: 1.05rem }
.faultlist p { margin: 0; max-width: 44rem }
.faultlist form { grid-row: 1 / span 3; grid-column: 2; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; justify-content: end }
button[role=switch] { min-width: 4.5rem; display: inline-flex; align-items: center; gap: .5rem; color: var(--ink); background: var(--ground); border-color: var(--edge-line) }
button[role=switch]::before { content: ""; width: .8rem; height: .8rem; border: 2px solid currentColor; border-radius: 50% }
button[aria-checked=true] { color: var(--on-accent); background: var(--accent); border-color: var(--accent) }
button[aria-checked=true]::before { background: currentColor }
@media (max-width: 40rem) {
  .faultlist > li { grid-template-columns: 1fr }
  .faultlist form { grid-row: auto; grid-column: 1; justify-content: start; margin-top: .5rem }
}

.requests > li { border-top: 1px solid var(--line) }
.requests summary { display: grid; grid-template-columns: 5rem 9rem 1fr auto; gap: 0 1rem; align-items: baseline; padding: .6rem 0; color: inherit }
.requests summary:hover b { text-decoration: underline }
.requests details[open] { padding-bottom: 1rem }
.requests details > :not(summary) { max-width: 52rem }
.requests summary > * { min-width: 0; overflow-wrap: anywhere }
@media (max-width: 40rem) {
  .requests summary { grid-template-columns: 1fr auto; gap: 0 .75rem }
  .requests summary > :nth-child(1) { order: 3 }
  .requests summary > :nth-child(2) { order: 1 }
  .requests summary > :nth-child(3) { order: 4; grid-column: 1 / -1 }
  .requests summary > :nth-child(4) { order: 2 }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd + dt { margin-top: .4rem }
}
.claims { padding: .75rem; font-size: .95em; background: var(--wall); border: 1px solid var(--line); border-radius: 4px }
details.person { border-top: 1px solid var(--line); padding: .5rem 0 }
details.person summary .badge { color: var(--ink) }
details.person form + form { margin-top: .75rem }
@media (forced-colors: active) {
  mark { outline: 1px solid }
  button[aria-checked=true] { outline: 2px solid }
}

form:has([name=scenario][value=login]:checked) :is(.for-error, .for-relay),
form:has([name=scenario][value=idp_initiated]:checked) :is(.for-error, .for-person),
form:has([name=scenario][value=error]:checked) :is(.for-email, .for-person, .for-relay) { display: none }
`
