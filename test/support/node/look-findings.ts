import type { Page } from 'playwright-core'

/** What the functions below measure with, in the page itself. */
interface Measures {
  /** What is behind an element. */
  readonly groundOf: (element: Element) => string
  /** WCAG 2.2, of two colours as they are computed. */
  readonly contrast: (one: string, other: string) => number
}

/** Brings the measures to the page of a tab. */
export async function bringMeasures(tab: Page): Promise<void> {
  await tab.evaluate(() => {
    const partsOf = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = partsOf(color).map((part) => {
        const value = part / 255
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const measures: Measures = {
      groundOf(element) {
        for (let each = element.parentElement; each !== null; each = each.parentElement) {
          const { backgroundColor } = getComputedStyle(each)
          if (partsOf(backgroundColor)[3] !== 0) return backgroundColor
        }
        const canvas = document.createElement('p')
        canvas.style.background = 'Canvas'
        document.body.append(canvas)
        const { backgroundColor } = getComputedStyle(canvas)
        canvas.remove()
        return backgroundColor
      },
      contrast(one, other) {
        const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
        return (light + 0.05) / (dark + 0.05)
      },
    }
    Object.assign(globalThis, { measures })
  })
}

/**
 * Goes through the page of a tab with the tabulator key, and says what was not reached in its order, and what shows no
 * outline that stands out from what is around it (WCAG 2.2, 1.4.11 and 2.4.7).
 */
export async function keyboardFindings(tab: Page): Promise<string[]> {
  const stops = await tab.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      'a[href], button, input:not([type=hidden], [type=radio]:not(:checked)), select, textarea, summary',
    )
    const seen = [...all].filter((element) => element.checkVisibility({ visibilityProperty: true }))
    for (const [index, element] of seen.entries()) element.dataset['stop'] = String(index)
    // From the start, whatever the page itself has put the focus on.
    const start = document.createElement('span')
    start.tabIndex = -1
    document.body.prepend(start)
    start.focus()
    start.remove()
    return seen.length
  })
  const findings: string[] = []
  for (let stop = 0; stop < stops; stop += 1) {
    await tab.keyboard.press('Tab')
    const finding = await tab.evaluate((stop) => {
      const { groundOf, contrast } = (globalThis as unknown as { measures: Measures }).measures
      const focused = document.activeElement as HTMLElement
      if (focused.dataset['stop'] !== String(stop)) {
        const wanted = document.querySelector(`[data-stop="${stop}"]`)
        return `${wanted?.outerHTML} is not the next to be reached, but ${focused.outerHTML.slice(0, 200)}`
      }
      // A card that is one link has it around the card, on what is laid over that.
      const outline = [undefined, '::after']
        .map((part) => getComputedStyle(focused, part))
        .find(({ outlineStyle }) => outlineStyle !== 'none')
      if (outline === undefined) return `${focused.outerHTML} has no outline`
      const { outlineWidth, outlineColor } = outline
      if (Number.parseFloat(outlineWidth) < 2) return `${focused.outerHTML} has an outline of ${outlineWidth}`
      const ground = groundOf(focused)
      return contrast(outlineColor, ground) < 3
        ? `the outline of ${focused.outerHTML} is ${outlineColor} on ${ground}`
        : undefined
    }, stop)
    if (finding !== undefined) findings.push(finding)
  }
  return findings
}

/** Where colours are forced to be the system's, what looks like a button has to stand out from its ground, and a text from the button. */
export async function forcedColorsFindings(tab: Page): Promise<string[]> {
  return tab.evaluate(() => {
    const { groundOf, contrast } = (globalThis as unknown as { measures: Measures }).measures
    return [
      ...document.querySelectorAll(
        'button, .button, input:not([type=hidden], [type=checkbox], [type=radio])',
      ),
    ].flatMap((element) => {
      const { borderStyle, borderWidth, borderColor, color, backgroundColor } = getComputedStyle(element)
      const ground = groundOf(element)
      const hasEdge =
        borderStyle !== 'none' && Number.parseFloat(borderWidth) >= 1 && contrast(borderColor, ground) >= 3
      return [
        ...(hasEdge
          ? []
          : [`${element.outerHTML} has a border of ${borderWidth} ${borderColor} on ${ground}`]),
        ...(color === backgroundColor ? [`${element.outerHTML} is ${color} on itself`] : []),
      ]
    })
  })
}

/** What moves; nothing may, where the reader asks for that. */
export async function motionFindings(tab: Page): Promise<string[]> {
  return tab.evaluate(() => {
    const moving = [...document.querySelectorAll('*')].filter((element) => {
      const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element)
      return (
        animationName !== 'none' ||
        scrollBehavior === 'smooth' ||
        transitionDuration.split(', ').some((duration) => Number.parseFloat(duration) > 0.01)
      )
    })
    return moving.map(({ outerHTML }) => `moves: ${outerHTML.slice(0, 100)}`)
  })
}
