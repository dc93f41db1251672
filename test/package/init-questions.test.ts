import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { Given } from '../../cli/init/answers.ts'
import { agree, ask } from '../../cli/init/questions.ts'
import { eachInANewFolder, folder } from './init-here.ts'

eachInANewFolder()

describe('a question', () => {
  /** Types each answer when the one before has been taken. */
  async function typed(keys: readonly string[], given: Given = {}) {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 })
    const said = text(output)
    const questions = { folder, asksForSite: true, assets: './public' }
    const answered = ask(questions, given, { input, output }).catch((error: Error) => error.message)
    for (const key of keys) {
      await new Promise((done) => setTimeout(done, 30))
      input.write(key)
    }
    const answers = await answered
    output.end()
    return { answers, said: await said }
  }

  test('has a default for everything', async () => {
    const { answers } = await typed(['\r', '\r', '\r', '\r'])
    expect(answers).toEqual({ assets: './public', host: 'localhost', isPublic: false })
  })

  test('is asked again, with what is wrong', async () => {
    const { answers, said } = await typed([
      ...[
        'https://a.example/docs\r',
        '\u0015',
        'https://a.example/\r',
        '..\r',
        '\u0015',
        'docs.example.com\r',
        '\u0015',
        'dist\r',
        'y',
        'acme\r',
        '\u0015',
        'org_1\r',
      ],
      ...['http://a.example\r', '\u0015', 'https://acme.scalekit.com\r', 'skc_1\r'],
    ])
    expect(answers).toEqual({
      assets: './dist',
      host: 'a.example',
      isPublic: true,
      organization: 'org_1',
      environmentUrl: 'https://acme.scalekit.com',
      clientId: 'skc_1',
    })
    for (const problem of [
      'a folder of its own',
      'docs.example.com looks like a host',
      'without a path',
      'must look like org_',
      'must be https://host',
    ])
      expect(said).toContain(problem)
  })

  test('is not asked where the command line has said it', async () => {
    const given = {
      assets: './a',
      host: 'a.example',
      isPublic: true,
      organization: 'org_1',
      environmentUrl: 'https://a.example',
      clientId: 'b',
    }
    expect((await typed([], given)).answers).toEqual(given)
  })

  test('may be left, and then nothing is written', async () => {
    expect((await typed(['\u0003'])).answers).toBe('Nothing was written.')
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const agreed = agree('Write it?', { input, output: Object.assign(new PassThrough(), { isTTY: true }) })
    setTimeout(() => input.write('n'), 30)
    await expect(agreed).rejects.toThrow('Nothing was written.')
  })
})
