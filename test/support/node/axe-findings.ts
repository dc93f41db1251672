import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds on the page of a tab, by rule and element. @param rules default: all of them */
export async function axeFindings(tab: Page, rules?: readonly string[]): Promise<string[]> {
  // A policy of the page has no say in what is evaluated from outside.
  if (!(await tab.evaluate(() => 'axe' in globalThis))) await tab.evaluate(axe.source)
  return tab.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      ...(rules !== undefined && { runOnly: { type: 'rule', values: [...rules] } }),
    })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
  }, rules)
}

/**
 * What a screen reader says of each link and button, where two say the same and do something else: they lead to another
 * address, or send other fields.
 */
export function ambiguousControls(tab: Page): Promise<string[]> {
  return tab.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    axe.setup(document)
    const deeds = new Map<string, Set<string>>()
    const controls = document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden])')
    for (const control of controls) {
      if (!control.checkVisibility()) continue
      const form = control instanceof HTMLButtonElement ? control.form : null
      const deed =
        form === null
          ? (control.getAttribute('href') ?? control.outerHTML)
          : `${form.action}?${[...new FormData(form, control)]}`
      const name = axe.commons.text.accessibleText(control)
      deeds.set(name, (deeds.get(name) ?? new Set()).add(deed))
    }
    axe.teardown()
    return [...deeds].flatMap(([name, those]) => (name === '' || those.size > 1 ? [`“${name}”`] : []))
  })
}
