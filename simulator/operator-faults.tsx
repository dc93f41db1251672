import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import type { Environment } from './environment.ts'
import { FAULT_WORDS, type Faults, type FaultWords, faultsSchema, NO_FAULTS } from './faults.ts'
import { problemsOf } from './json-body.ts'
import { Page, sendPage } from './page.tsx'
import { readForm } from './parameters.ts'
import { ownPath } from './same-origin.ts'

const FAULT_OF: ReadonlyMap<string, FaultWords> = new Map(FAULT_WORDS.map((fault) => [fault.name, fault]))

/** `/operator/faults`: what goes wrong here on purpose. */
export function operatorFaults(environment: Environment): Hono {
  const pages = new Hono()

  pages.get('/', (c) => showFaults(c, environment))

  pages.post('/', async (c) => {
    const form = await readForm(c.req.raw)
    const fault = FAULT_OF.get(form?.get('fault') ?? '')
    if (fault === undefined) return showFaults(c, environment, ['There is no such fault.'])
    const isOn = form?.get('to') === 'on'
    const value = fault.amount === undefined ? isOn : isOn ? Number(form?.get('amount')) : 0
    const parsed = v.safeParse(faultsSchema, { [fault.name]: value })
    if (!parsed.success) return showFaults(c, environment, problemsOf(parsed.issues))
    environment.faults = { ...environment.faults, ...parsed.output }
    return c.redirect(`/operator/faults#${fault.name}`, 303)
  })

  pages.post('/off', async (c) => {
    environment.faults = NO_FAULTS
    const form = await readForm(c.req.raw)
    return c.redirect(ownPath(form?.get('back')) ?? '/operator/faults', 303)
  })

  return pages
}

function showFaults(c: Context, { faults }: Environment, problems: readonly string[] = []) {
  return sendPage(
    c,
    <Page title="Faults">
      <p class="lead">
        What can go wrong between Scalekit and an application. Switch one on, sign in, and see whether the
        application does what is said here. They stay on until they are switched off, or the simulator ends.
      </p>
      {problems.length > 0 && (
        <div class="problem" role="alert">
          {problems.map((problem) => (
            <p>{problem}</p>
          ))}
        </div>
      )}
      <ul class="faultlist">
        {FAULT_WORDS.map((fault) => (
          <Fault fault={fault} value={faults[fault.name]} />
        ))}
      </ul>
    </Page>,
    problems.length > 0 ? 400 : 200,
  )
}

function Fault({ fault, value }: { fault: FaultWords; value: Faults[keyof Faults] }) {
  const { name, title, what, expected, amount } = fault
  const isOn = Number(value) !== 0
  return (
    <li id={name}>
      <h2 id={`title-${name}`}>{title}</h2>
      <p>{what}</p>
      <p class="soft">
        <b>Expected:</b> {expected}
      </p>
      <form method="post" action="/operator/faults">
        <input type="hidden" name="fault" value={name} />
        {amount && (
          <>
            <input
              class="amount"
              type="number"
              name="amount"
              aria-label={`${title}: ${amount.unit}`}
              min={amount.least}
              max={amount.most}
              step={1}
              value={String(isOn ? value : amount.usual)}
              required
            />
            <span aria-hidden="true">{amount.unit}</span>
          </>
        )}
        <button
          type="submit"
          role="switch"
          aria-checked={isOn ? 'true' : 'false'}
          aria-labelledby={`title-${name}`}
          name="to"
          value={isOn ? 'off' : 'on'}
        >
          {isOn ? 'On' : 'Off'}
        </button>
        {amount && isOn && (
          <button type="submit" class="quiet" name="to" value="on">
            Change<span class="heard"> {title}</span>
          </button>
        )}
      </form>
    </li>
  )
}
