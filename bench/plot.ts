import type { Line, Series } from './record.ts'
import type { Summary } from './statistics.ts'

const WIDTH = 760
const HEIGHT = 380
const LEFT = 70
const RIGHT = 200
const TOP = 48
const BOTTOM = 56
const INNER_WIDTH = WIDTH - LEFT - RIGHT
const INNER_HEIGHT = HEIGHT - TOP - BOTTOM

/** Colours that differ for everybody, in light and in dark. */
const STYLE = `
  svg { font: 13px system-ui, sans-serif }
  .paper { fill: #ffffff } text { fill: #1f2328 } .quiet { fill: #59636e } .title { font-weight: 600; font-size: 15px }
  .grid { stroke: #d1d9e0 } .c0 { --c: #0550ae } .c1 { --c: #bc4c00 } .c2 { --c: #116329 } .c3 { --c: #8250df }
  .line { stroke: var(--c); fill: none; stroke-width: 2 } .mark, .label { fill: var(--c) } .spread { stroke: var(--c) }
  .budget { stroke: var(--c); stroke-dasharray: 2 5; opacity: .7 } .bar { fill: var(--c); opacity: .6 } .half { stroke: #1f2328; fill: none } .rule { stroke: #cf222e; stroke-dasharray: 4 4 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .half { stroke: #f0f6fc }
    .c0 { --c: #58a6ff } .c1 { --c: #f0883e } .c2 { --c: #56d364 } .c3 { --c: #bc8cff } .rule { stroke: #ff7b72 }
    .label { fill: var(--c) }
  }`

/** A plot of how something grows: medians as marks, the middle half of the values as strokes, the budget dotted. Pure. */
export function plotSeries({ title, x, y, lines, budget }: Series): string {
  const points = lines.flatMap((line) => line.points)
  const sizes = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b)
  const across = scaleX(sizes)
  const highest = Math.max(...points.map((point) => point.y.q3), ...lines.map((line) => limit(line, budget)))
  const ticks = niceTicks(highest)
  const top = ticks.at(-1) ?? 1
  const up = (value: number) => TOP + INNER_HEIGHT * (1 - value / top)

  const labelled = spreadApart(lines.map((line) => up(line.points.at(-1)?.y.median ?? 0)))
  return svg(title, `${title}: ${y} by ${x}`, HEIGHT, [
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${LEFT + INNER_WIDTH}" y1="${at(up(tick))}" y2="${at(up(tick))}"/>` +
        `<text class="quiet" x="${LEFT - 8}" y="${at(up(tick) + 4)}" text-anchor="end">${formatNumber(tick)}</text>`,
    ),
    ...sizes.map(
      (size) =>
        `<text class="quiet" x="${at(across(size))}" y="${TOP + INNER_HEIGHT + 20}" text-anchor="middle">${formatNumber(size)}</text>`,
    ),
    `<text x="${LEFT + INNER_WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escapeXml(isFarApart(sizes) ? `${x} (logarithmic)` : x)}</text>`,
    `<text transform="translate(18 ${TOP + INNER_HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y)}</text>`,
    ...lines.map((line, index) => {
      const path = line.points.map((point) => `${at(across(point.x))},${at(up(point.y.median))}`).join(' ')
      const allowed = at(up(limit(line, budget)))
      return `<g class="c${index % 4}">${[
        budget === undefined
          ? ''
          : `<line class="budget" x1="${LEFT}" x2="${LEFT + INNER_WIDTH}" y1="${allowed}" y2="${allowed}"/>`,
        `<polyline class="line" points="${path}"/>`,
        ...line.points.map((point) => {
          const [left, median] = [across(point.x), up(point.y.median)]
          return (
            `<line class="spread" x1="${at(left)}" x2="${at(left)}" y1="${at(up(point.y.q1))}" y2="${at(up(point.y.q3))}"/>` +
            mark(index, left, median)
          )
        }),
        `<text class="label" x="${LEFT + INNER_WIDTH + 12}" y="${at((labelled[index] ?? 0) + 4)}">${escapeXml(line.name)}</text>`,
      ].join('')}</g>`
    }),
    ...(budget === undefined
      ? []
      : [
          `<text class="quiet" x="${LEFT + INNER_WIDTH}" y="${TOP - 10}" text-anchor="end">dotted: ${budget} × the first point</text>`,
        ]),
  ])
}

export interface Bars {
  readonly title: string
  readonly x: string
  readonly groups: readonly { readonly name: string; readonly values: readonly Summary[] }[]
  /** What the values of each group stand for, in their order. */
  readonly legend: readonly string[]
}

/** Bars side by side, one group per row: medians, with the middle half of the values as strokes. Pure. */
export function plotBars({ title, x, groups, legend }: Bars): string {
  const left = 210
  const thickness = 12
  const row = legend.length * (thickness + 2) + 12
  const top = TOP + 8
  const height = top + groups.length * row + BOTTOM
  const ticks = niceTicks(Math.max(...groups.flatMap(({ values }) => values.map(({ q3 }) => q3))))
  const right = (value: number) => left + ((WIDTH - left - 60) * value) / (ticks.at(-1) ?? 1)
  return svg(title, `${title}: ${x}`, height, [
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${at(right(tick))}" x2="${at(right(tick))}" y1="${top}" y2="${height - BOTTOM}"/>` +
        `<text class="quiet" x="${at(right(tick))}" y="${height - BOTTOM + 18}" text-anchor="middle">${formatNumber(tick)}</text>`,
    ),
    `<text x="${at((left + WIDTH - 60) / 2)}" y="${height - 12}" text-anchor="middle">${escapeXml(x)}</text>`,
    ...groups.map(({ name, values }, index) => {
      const y = top + 6 + index * row
      return [
        `<text x="${left - 10}" y="${at(y + (row - 12) / 2 + 4)}" text-anchor="end">${escapeXml(name)}</text>`,
        ...values.map(({ median, q1, q3 }, bar) => {
          const barTop = y + bar * (thickness + 2)
          const middle = barTop + thickness / 2
          return [
            `<g class="c${bar % 4}"><rect class="bar" x="${left}" y="${barTop}" width="${at(Math.max(0, right(median) - left))}" height="${thickness}"/>`,
            `<path class="half" d="M${at(right(q1))} ${middle}H${at(right(q3))}M${at(right(q1))} ${middle - 3}v6M${at(right(q3))} ${middle - 3}v6"/>`,
            `<text class="quiet" x="${at(right(q3) + 6)}" y="${barTop + 10}" font-size="11">${median.toFixed(2)}</text></g>`,
          ].join('')
        }),
      ].join('')
    }),
    ...legend.map(
      (name, bar) =>
        `<g class="c${bar % 4}"><rect class="bar" x="${left + bar * 150}" y="36" width="12" height="12"/></g>` +
        `<text class="quiet" x="${left + 18 + bar * 150}" y="46">${escapeXml(name)}</text>`,
    ),
  ])
}

function svg(title: string, description: string, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escapeXml(title)}</title>
<desc id="description">${escapeXml(description)}</desc>
<style>${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>
<text class="title" x="16" y="22">${escapeXml(title)}</text>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`
}

const isFarApart = ([first = 0, ...rest]: readonly number[]): boolean =>
  first > 0 && (rest.at(-1) ?? first) / first >= 50

/** Logarithmic where sizes are far apart and none is 0. */
function scaleX(sizes: readonly number[]): (size: number) => number {
  const [first = 0] = sizes
  const last = sizes.at(-1) ?? 1
  const measure = isFarApart(sizes) ? Math.log : (size: number) => size
  const span = measure(last) - measure(first) || 1
  // Half a mark's room at both ends.
  return (size) => LEFT + 12 + (INNER_WIDTH - 24) * ((measure(size) - measure(first)) / span)
}

/** From 0 to at least the value, in steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(value: number): number[] {
  if (!(value > 0)) return [0, 1]
  const rough = value / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const count = Math.ceil(value / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** Moves labels down until none is on top of another. */
export function spreadApart(heights: readonly number[], distance = 16): number[] {
  const placed = new Array<number>(heights.length)
  let next = Number.NEGATIVE_INFINITY
  for (const index of heights
    .map((_, position) => position)
    .sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))) {
    next = Math.max(heights[index] ?? 0, next + distance)
    placed[index] = next
  }
  return placed
}

const limit = ({ points }: Line, budget: number | undefined): number =>
  budget === undefined ? 0 : (points[0]?.y.median ?? 0) * budget

/** Forms differ too, for whom colours do not. */
function mark(index: number, x: number, y: number): string {
  switch (index % 3) {
    case 0:
      return `<circle class="mark" cx="${at(x)}" cy="${at(y)}" r="4"/>`
    case 1:
      return `<rect class="mark" x="${at(x - 4)}" y="${at(y - 4)}" width="8" height="8"/>`
    default:
      return `<path class="mark" d="M${at(x)} ${at(y - 5)}l5 9h-10z"/>`
  }
}

const at = (coordinate: number): string => String(Number(coordinate.toFixed(1)))

/** With thousands set apart, and no more digits than mean something. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 || value === 0 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return Number(value.toFixed(digits)).toLocaleString('en-US')
}

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
