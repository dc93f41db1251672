import { afterEach, beforeEach, vi } from 'vitest'

/** Hears what each test of a file writes to standard error, in place of whoever reads the output of the tests. */
export function hearStandardError(): { said: string } {
  const heard = { said: '' }
  beforeEach(() => {
    heard.said = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      heard.said += text
      return true
    })
  })
  afterEach(() => vi.restoreAllMocks())
  return heard
}
