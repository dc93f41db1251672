import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withoutColours } from '../../cli/terminal.ts'

// Node remarks on both variables at once.
beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const RED = '\u001b[31mwrong\u001b[39m\n'

test.each<[where: string, isTTY: boolean, env: Readonly<Record<string, string>>, isColoured: boolean]>([
  ['a file', false, {}, false],
  ['a file, with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
  ['a file, with both', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ['a terminal', true, {}, true],
  ['a terminal, with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['a terminal, with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
])('what others write to %s', (_where, isTTY, env, isColoured) => {
  for (const name of ['FORCE_COLOR', 'NO_COLOR']) vi.stubEnv(name, env[name])
  let written = ''
  const stream = Object.assign(Object.create(process.stdout) as NodeJS.WriteStream, {
    isTTY,
    getColorDepth: () => (env['NO_COLOR'] === undefined ? 8 : 1),
    write: (text: string) => {
      written += text
      return true
    },
  })
  withoutColours([stream])
  stream.write(RED)
  expect(written).toBe(isColoured ? RED : 'wrong\n')
})
