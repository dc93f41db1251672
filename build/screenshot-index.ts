import type { OtherPage } from '../test/support/pages/elsewhere.ts'
import type { ShownPage } from '../test/support/pages/shown-page.ts'

const THEMES = ['light', 'dark'] as const
const WIDTHS = [390, 1280] as const

export interface Picture {
  readonly page: ShownPage | OtherPage
  readonly language: string
  readonly theme: (typeof THEMES)[number]
  readonly width: (typeof WIDTHS)[number]
  /** Below docs/screenshots/. */
  readonly file: string
}

/** Every picture that there is: of each page in English, and of the main ones in the other languages, in one theme for each width. */
export function picturesOf(
  shown: readonly ShownPage[],
  others: readonly OtherPage[],
  languages: readonly string[],
): Picture[] {
  const pictured = shown.filter(({ isPictured }) => isPictured)
  const main = pictured.filter(({ isMain }) => isMain)
  const translated = languages
    .filter((language) => language !== 'en')
    .flatMap((language) =>
      main.flatMap((page) => [
        pictureOf(page, language, 'light', 390),
        pictureOf(page, language, 'dark', 1280),
      ]),
    )
  const english = [...pictured, ...others].flatMap((page) =>
    THEMES.flatMap((theme) => WIDTHS.map((width) => pictureOf(page, 'en', theme, width))),
  )
  return [...english, ...translated]
}

const pictureOf = (
  page: Picture['page'],
  language: string,
  theme: Picture['theme'],
  width: Picture['width'],
): Picture => ({ page, language, theme, width, file: `${page.name}.${language}.${theme}.${width}.webp` })

/** A page of Markdown that leads to all of them, and shows each page once. */
export function screenshotIndex(pictures: readonly Picture[]): string {
  const groups = Map.groupBy(pictures, ({ page }) => page.name.split('/')[0] ?? '')
  const sections = [...groups].map(([group, those]) => {
    const pages = Map.groupBy(those, ({ page, language }) => `${page.name}.${language}`)
    return `## ${group}\n\n| page | |\n|---|---|\n${[...pages.values()].map(rowOf).join('\n')}`
  })
  return `# Screenshots

What people see, made by \`npm run screenshots\` from the code that makes the pages: in two themes and at two widths, in pixels. Of
refusals and of Scalekit’s errors there is one of each kind; those that people meet most are there in every language.

${sections.join('\n\n')}
`
}

function rowOf(pictures: readonly Picture[]): string {
  const [first] = pictures
  if (first === undefined) return ''
  const links = pictures.map(({ theme, width, file }) => `[${theme} ${width}](${file})`)
  const language = first.language === 'en' ? '' : ` (${first.language})`
  return `| ${first.page.title}${language}<br>${links.join(' · ')} | <img src="${first.file}" width="195" alt=""> |`
}
