/** A colour for links and buttons, and what is written on it; CSS hex. */
export interface Paint {
  readonly color: string
  readonly on: string
}

export interface Paints {
  readonly light: Paint
  readonly dark: Paint
}

/** What our pages lay text on, in each theme: the accent has to be read on all of it, and so has `on` on the accent. */
export const SURFACES = {
  light: { surfaces: ['#eef1f1', '#ffffff'], on: '#ffffff' },
  dark: { surfaces: ['#121718', '#1c2325'], on: '#0b0f10' },
} as const

/** WCAG 2.2, success criterion 1.4.3 (AA). */
export const CONTRAST = 4.5

/**
 * The shades of an accent that can be read in either theme: the accent itself where it can, otherwise the nearest lightness at which it can,
 * in a space in which lightness is what people see (OKLCH), with as much of its chroma as a screen can show there.
 *
 * @param accent `#rgb` or `#rrggbb`
 */
export const paintsOf = (accent: string): Paints => ({
  light: paintOn(accent, SURFACES.light),
  dark: paintOn(accent, SURFACES.dark),
})

/** How far the lightness of an accent was moved for each theme, of 1 from black to white. */
export function shiftsOf(accent: string): { readonly light: number; readonly dark: number } {
  const lightness = (hex: string) => toOklab(toLinear(hex))[0]
  const { light, dark } = paintsOf(accent)
  const from = lightness(accent)
  return { light: Math.abs(lightness(light.color) - from), dark: Math.abs(lightness(dark.color) - from) }
}

/** WCAG 2.2, "contrast ratio": from 1 to 21, whichever of two colours is the lighter. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(toLinear(one)), luminance(toLinear(other))]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

interface Theme {
  readonly surfaces: readonly string[]
  readonly on: string
}

function paintOn(accent: string, theme: Theme): Paint {
  const { surfaces, on } = theme
  const passes = (color: string) => [...surfaces, on].every((each) => contrast(color, each) >= CONTRAST)
  const given = toHex(toLinear(accent))
  // What the theme writes with is the farthest from its surfaces: towards it there is always a shade that passes.
  if (passes(given)) return { color: given, on }
  const [lightness, a, b] = toOklab(toLinear(accent))
  const end = luminance(toLinear(surfaces[0] ?? on)) > 0.5 ? 0 : 1
  const shade = (share: number) => shadeOf(lightness + (end - lightness) * share, a, b)
  let [fails, enough] = [0, 1]
  while (enough - fails > 1 / 1024) {
    const middle = (fails + enough) / 2
    if (passes(shade(middle))) enough = middle
    else fails = middle
  }
  return { color: shade(enough), on }
}

type Triple = readonly [number, number, number]

/** The colour of a lightness and hue with the most chroma, up to the one given, that sRGB has. */
function shadeOf(lightness: number, a: number, b: number): string {
  let [most, least] = [1, 0]
  const at = (share: number) => toLinearOf(lightness, a * share, b * share)
  if (isShown(at(1))) return toHex(at(1))
  while (most - least > 1 / 256) {
    const middle = (most + least) / 2
    if (isShown(at(middle))) least = middle
    else most = middle
  }
  return toHex(at(least))
}

const isShown = (channels: Triple): boolean =>
  channels.every((channel) => channel > -0.0001 && channel < 1.0001)

/** @returns red, green and blue as light, from 0 to 1 (IEC 61966-2-1) */
function toLinear(hex: string): Triple {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex
  const channel = (at: number) => {
    const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

function toHex(channels: Triple): string {
  const digits = channels.map((channel) => {
    const light = Math.min(Math.max(channel, 0), 1)
    const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${digits.join('')}`
}

/** WCAG 2.2, "relative luminance". */
const luminance = ([red, green, blue]: Triple): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue

/** Lightness, and two axes of colour (CSS Color 4 section 9.2, sample code of section 18). */
function toOklab([red, green, blue]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function toLinearOf(lightness: number, a: number, b: number): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}
