import type { Page } from 'playwright-core'

/** A document to be laid out. */
export interface LaidOut {
  readonly name: string
  readonly html: string
}

/** A width of the window in CSS pixels, and how much larger than usual the reader wants texts. */
export interface Window {
  readonly width: number
  readonly textZoom?: number
}

/**
 * What does not fit: a page that is wider than its window, and words of buttons and links that are broken.
 * Documents are laid out in one frame, one after the other, which takes a fraction of the time of loading each.
 */
export function layoutFindings(
  tab: Page,
  documents: readonly LaidOut[],
  windows: readonly Window[],
): Promise<string[]> {
  return tab.evaluate(
    async ([documents, windows]) => {
      const findings: string[] = []
      const frame = document.createElement('iframe')
      frame.style.cssText = 'border: 0; height: 700px'
      // Otherwise it has the quirks of old times.
      frame.srcdoc = '<!doctype html>'
      const loaded = new Promise((done) => {
        frame.onload = done
      })
      document.body.append(frame)
      await loaded

      /** A word that takes more than three quarters of the window may be broken: an address, the name of a host. */
      const brokenWords = (root: Document): string[] => {
        const room = 0.75 * root.documentElement.clientWidth
        const segmenter = new Intl.Segmenter(root.documentElement.lang, { granularity: 'word' })
        return [...root.querySelectorAll('button, .button, summary')].flatMap((button) => {
          const texts = root.createTreeWalker(button, NodeFilter.SHOW_TEXT)
          const broken: string[] = []
          while (texts.nextNode()) {
            const text = texts.currentNode
            for (const [word, start] of wordsOf(text.textContent ?? '', segmenter)) {
              const range = root.createRange()
              range.setStart(text, start)
              range.setEnd(text, start + word.length)
              const lines = [...range.getClientRects()].filter(({ width }) => width > 0)
              const length = lines.reduce((sum, { width }) => sum + width, 0)
              if (new Set(lines.map(({ top }) => Math.round(top))).size > 1 && length < room)
                broken.push(word)
            }
          }
          return broken
        })
      }
      /** Between spaces and behind hyphens; where the language has none, as its dictionary has it. */
      function* wordsOf(text: string, segmenter: Intl.Segmenter): Generator<[string, number]> {
        if (/^ja/.test(segmenter.resolvedOptions().locale)) {
          for (const { segment, index, isWordLike } of segmenter.segment(text))
            if (isWordLike) yield [segment, index]
        } else for (const { 0: word, index } of text.matchAll(/[^\s-]+-*/g)) yield [word, index]
      }

      const root = frame.contentDocument
      if (root === null) throw new Error('a frame without a document')
      const parser = new DOMParser()
      let style = ''
      for (const { name, html } of documents) {
        const { head, body, documentElement } = parser.parseFromString(html, 'text/html')
        root.documentElement.lang = documentElement.lang
        root.documentElement.dir = documentElement.dir
        const ownStyle = head.querySelector('style')?.textContent ?? ''
        if (ownStyle !== style) root.head.innerHTML = `<style>${ownStyle}</style>`
        style = ownStyle
        root.body.replaceWith(root.adoptNode(body))
        for (const each of root.querySelectorAll('details')) each.open = true
        for (const { width, textZoom = 1 } of windows) {
          frame.style.width = `${width}px`
          root.documentElement.style.fontSize = textZoom === 1 ? '' : `${textZoom * 100}%`
          const where = `${name} at ${width} px${textZoom === 1 ? '' : ` with text at ${textZoom * 100} %`}`
          const { scrollWidth } = root.documentElement
          if (scrollWidth > width) findings.push(`${where}: ${scrollWidth} px wide`)
          const broken = textZoom === 1 ? brokenWords(root) : []
          if (broken.length > 0) findings.push(`${where}: broken: ${broken.join(', ')}`)
        }
      }
      frame.remove()
      return findings
    },
    [documents, windows] as const,
  )
}

/** The page of a tab as it is now, with its styles in it. */
export const asDocument = (tab: Page): Promise<string> =>
  tab.evaluate(() => {
    const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules])
    const style = document.createElement('style')
    style.textContent = rules.map(({ cssText }) => cssText).join('\n')
    const copy = document.documentElement.cloneNode(true) as HTMLElement
    for (const each of copy.querySelectorAll('style, link')) each.remove()
    copy.querySelector('head')?.append(style)
    return `<!doctype html>${copy.outerHTML}`
  })
