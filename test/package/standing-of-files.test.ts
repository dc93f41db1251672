import { expect, test, vi } from 'vitest'
import { StandingOfFiles } from '../../cli/dev/standing-of-files.ts'
import { hearStandardError } from './standard-error.ts'

const heard = hearStandardError()

test('what is wrong with files is said once, what is left where some of it is put right, and the end of it', async () => {
  let now: readonly string[] = ['a']
  const standing = new StandingOfFiles(async () => now, now)
  const sayings = [heard.said]
  for (now of [['a'], ['a', 'b'], ['b'], [], [], ['b']]) {
    heard.said = ''
    await standing.look()
    sayings.push(heard.said)
  }
  const right = 'Put right: nothing is left of what was wrong with these files.\n'
  expect(sayings).toEqual(['a\n', '', 'b\n', 'b\n', right, '', 'b\n'])
})

test('of several reloads in one moment the last one is looked at', async () => {
  const look = vi.fn(async () => [])
  const standing = new StandingOfFiles(look, [])
  standing.lookSoon()
  standing.lookSoon()
  await vi.waitFor(() => expect(look).toHaveBeenCalled())
  expect(look).toHaveBeenCalledTimes(1)
})
