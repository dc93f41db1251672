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

/** Every picture that there is: of each page in English, of the main ones in every language. */
export function picturesOf(
  shown: readonly ShownPage[],
  others: readonly OtherPage[],
  languages: readonly string[],
): Picture[] {
  const pages = [
    ...shown
      .filter(({ isPictured }) => isPictured)
      .map((page) => [page, page.isMain ? languages : ['en']] as const),
    ...others.map((page) => [page, ['en']] as const),
  ]
  return pages.flatMap(([page, spoken]) =>
    spoken.flatMap((language) =>
      THEMES.flatMap((theme) =>
        WIDTHS.map((width) => ({
          page,
          language,
          theme,
          width,
          file: `${page.name}.${language}.${theme}.${width}.webp`,
        })),
      ),
    ),
  )
}

/** A page of Markdown that leads to all of them, and shows each page once. */
export function screenshotIndex(pictures: readonly Picture[]): string {
  const groups = Map.groupBy(pictures, ({ page }) => page.name.split('/')[0] ?? '')
  const sections = [...groups].map(([group, those]) => {
    const pages = Map.groupBy(those, ({ page, language }) => `${page.name}.${language}`)
    return `## ${group}\n\n| page | |\n|---|---|\n${[...pages.values()].map(rowOf).join('\n')}`
  })
  return `# Screenshots

What people see, made by \`npm run screenshots\` from the code that makes the pages. Each page in two themes and at two widths, in pixels; the main
ones in every language.

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
