import { describe, expect, test } from 'vitest'
import { codeIn, headingsOf, readText, rowsAbout } from '../../support/node/markdown.ts'

describe('docs/routes.md', () => {
  const page = readText('docs/routes.md')
  const code = readText('src/app/routes.ts')
  const calls = [...code.matchAll(/^ {2}answer\('([^']+)', \[([^\]]+)\], \w+\)$/gm)]
  /** `GET HEAD /session` */
  const routes = calls
    .map(([, path = '', methods = '']) => `${[...methods.matchAll(/\w+/g)].join(' ')} ${path}`)
    .sort()

  test('every line that makes a route is understood here', () => {
    expect(calls.length).toBe(code.match(/\banswer\('/g)?.length)
  })

  test('the table has every route with its methods, and no others', () => {
    const rows = rowsAbout(page, 'route').map(
      ([route = '', methods = '']) => `${codeIn(methods).join(' ')} ${codeIn(route)[0]}`,
    )
    expect(rows.sort()).toEqual(routes)
  })

  test('there is a section for every route with its methods, and no others', () => {
    const sections = headingsOf(page).filter((heading) => heading.startsWith('`'))
    expect(sections.map((section) => codeIn(section).join(' ')).sort()).toEqual(routes)
  })
})
