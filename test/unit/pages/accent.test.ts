import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONTRAST, contrast, paintsOf, SURFACES, shiftsOf } from '../../../src/pages/accent.ts'
import { STYLE } from '../../../src/pages/style.ts'

const hex = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
  .map((channels) => `#${channels.map((each) => each.toString(16).padStart(2, '0')).join('')}`)

/** The worst contrast that text has: the accent on a surface, or what is written on the accent. */
function worstContrast(accent: string): number {
  const paints = paintsOf(accent)
  const found = (['light', 'dark'] as const).flatMap((theme) => {
    const { color, on } = paints[theme]
    return [...SURFACES[theme].surfaces, on].map((each) => contrast(color, each))
  })
  return Math.min(...found)
}

describe('WCAG 2.2, contrast ratio', () => {
  test.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#fff', 4.54],
    ['#ff0000', '#ffffff', 4],
  ])('%s and %s', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 2)
    expect(contrast(other, one)).toBe(contrast(one, other))
  })
})

test('the surfaces are those that pages have, and what Gatehouse itself paints can be read on them', () => {
  const pairOf = (name: string) =>
    new RegExp(`--${name}: ?light-dark\\((#\\w+), ?(#\\w+)\\)`).exec(STYLE)?.slice(1) ?? []
  const [ground, wall, accent, on] = ['ground', 'wall', 'accent', 'on-accent'].map(pairOf)
  for (const [at, theme] of (['light', 'dark'] as const).entries()) {
    const surfaces = [ground?.[at] ?? '', wall?.[at] ?? '']
    expect(SURFACES[theme].surfaces.map((each) => contrast(each, '#000'))).toEqual(
      surfaces.map((each) => contrast(each, '#000')),
    )
    for (const each of [...surfaces, on?.[at] ?? ''])
      expect(contrast(accent?.[at] ?? '', each)).toBeGreaterThanOrEqual(CONTRAST)
  }
})

describe('an accent', () => {
  test('whatever it is, can be read in both themes, and written on', () => {
    fc.assert(
      fc.property(hex, (accent) => worstContrast(accent) >= CONTRAST),
      { numRuns: 3000 },
    )
  })

  test('at the corners of what a screen can show, too', () => {
    const steps = ['00', '01', '7f', '80', 'fe', 'ff']
    for (const red of steps)
      for (const green of steps)
        for (const blue of steps)
          expect(worstContrast(`#${red}${green}${blue}`)).toBeGreaterThanOrEqual(CONTRAST)
  })

  test('that can be read stays as it is, in the long form', () => {
    expect(paintsOf('#0A7').dark).toEqual({ color: '#00aa77', on: SURFACES.dark.on })
    expect(paintsOf('#1f5f4a').light).toEqual({ color: '#1f5f4a', on: SURFACES.light.on })
  })

  test('that cannot be read is moved as little as it has to be, and keeps its hue', () => {
    fc.assert(
      fc.property(hex, (accent) => {
        const paints = paintsOf(accent)
        for (const theme of ['light', 'dark'] as const) {
          if (paints[theme].color === accent) continue
          const worst = Math.min(
            ...SURFACES[theme].surfaces.map((each) => contrast(paints[theme].color, each)),
          )
          expect(worst).toBeLessThan(CONTRAST + 0.25)
        }
      }),
    )
    expect(paintsOf('#ffd400').light.color).toBe('#826b02')
    expect(paintsOf('#0b1f4b').dark.color).toBe('#6d89bd')
  })

  test('says how far it was moved', () => {
    expect(shiftsOf('#1f5f4a').light).toBe(0)
    expect(shiftsOf('#ffd400').light).toBeGreaterThan(0.3)
    expect(shiftsOf('#0b1f4b').dark).toBeGreaterThan(0.3)
  })
})
