import { describe, expect, test } from 'vitest'
import { fakeKv } from './fake-kv.ts'
import { ACME, GLOBEX, problems, useSitesProject } from './sites-command.ts'

// What the real Wrangler does of it: test/e2e/sites.test.ts.
const { sites } = useSitesProject()

test('a site is shown, left alone where it is like that already, and missed where it is not there', async () => {
  const { values, commands, wrangler } = fakeKv('local')
  values.set('site:acme.localhost', JSON.stringify(ACME))
  const local = (...args: readonly string[]) => sites({ wrangler }, ...args, '--local')
  // The order of keys, and the white space, say nothing.
  const { upstream, organization } = ACME
  const input = JSON.stringify({ upstream, organization })
  expect(await sites({ wrangler, input }, 'put', 'acme.localhost', '-', '--local')).toMatchObject({
    code: 0,
    stdout: 'site:acme.localhost in KV (local) is like that already: nothing was written.\n',
  })
  expect(commands).toEqual(['bulk get'])

  expect(await local('get', 'acme.localhost')).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify(ACME, null, 2)}\n`,
  })
  values.clear()
  const gone = await local('get', 'acme.localhost')
  expect(gone).toMatchObject({ code: 1, stdout: '' })
  expect(problems(gone)).toContain('KV (local) has no site:acme.localhost')
})

describe('at Cloudflare', () => {
  test('is asked about before a site is replaced or removed', async () => {
    const { values, commands, wrangler } = fakeKv()
    values.set('site:acme.example', JSON.stringify(ACME))
    const refused = await sites({ wrangler }, 'put', 'acme.example', 'globex.json')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(problems(refused)).toContain('-  "organization": "org_1",\n+  "organization": "org_2",\n')
    expect(problems(refused)).toContain('add --yes')
    const kept = await sites({ wrangler }, 'remove', 'acme.example')
    expect(kept).toMatchObject({ code: 1, stdout: '' })
    expect(problems(kept)).toContain('add --yes')
    expect(commands).toEqual(['bulk get', 'bulk get'])

    const replaced = await sites({ wrangler }, 'put', 'acme.example', 'globex.json', '--yes', '--json')
    expect({ code: replaced.code, ...JSON.parse(replaced.stdout) }).toEqual({
      code: 0,
      host: 'acme.example',
      storage: 'remote',
      outcome: 'replaced',
      before: { site: ACME },
      site: GLOBEX,
    })
    expect([...values]).toEqual([['site:acme.example', JSON.stringify(GLOBEX)]])
    const removed = await sites({ wrangler }, 'remove', 'acme.example', '--yes')
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('a minute and a half') })
    expect(values.size).toBe(0)
  })

  test.each<[string, string, string, readonly string[]]>([
    [
      'a record with problems',
      'acme.example',
      'broken.json',
      [
        'KV site:acme.example: rule is not a setting that Gatehouse knows',
        'KV site:acme.example: organization must look like org_…',
      ],
    ],
    [
      'what is not JSON',
      'acme.example',
      'comma.json',
      [expect.stringMatching(/comma\.json is not JSON: .*position 27/) as unknown as string],
    ],
    [
      'the login host',
      'LOGIN.example.com',
      'acme.json',
      [expect.stringContaining('is the login host') as never],
    ],
    ['a host of the file', 'docs.example.com', 'acme.json', [expect.stringContaining('before KV') as never]],
  ])('%s is refused before anything is asked or written', async (_case, host, file, said) => {
    const { commands, wrangler } = fakeKv()
    const { code, stdout } = await sites({ wrangler }, 'put', host, file, '--yes', '--json')
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 1, problems: said })
    expect(commands).toEqual([])
  })

  test('what is not text is refused', async () => {
    const { commands, wrangler } = fakeKv()
    const utf16 = Buffer.from(`\ufeff${JSON.stringify(ACME)}`, 'utf16le')
    const refused = await sites({ wrangler, input: utf16 }, 'put', 'acme.example', '-')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(problems(refused)).toBe('Standard input is not UTF-8\n')
    expect(commands).toEqual([])
  })

  test('sites are listed to the last, whatever their records are', async () => {
    const { values, commands, wrangler } = fakeKv()
    const names = Array.from({ length: 230 }, (_, at) => `c${String(at).padStart(3, '0')}.example`)
    for (const name of names) values.set(`site:${name}`, JSON.stringify(ACME))
    values.set('transaction:1', 'no site')
    values.set('site:z1.example', '{ broken \u001b[31m')
    values.set('site:z2.example', '{"upstream":{"kind":"origin","url":"https://b.example\u009b"}}')
    values.set('site:z3.example', '[]')
    const { code, stdout } = await sites({ wrangler }, 'list')
    const lines = stdout.trimEnd().split('\n')
    expect({
      code,
      first: lines.slice(0, 2),
      hosts: lines.slice(1, 231).map((line) => line.split(' ')[0]),
    }).toEqual({
      code: 0,
      first: ['host          organization  upstream', 'c000.example  org_1         assets /acme'],
      hosts: names,
    })
    expect(lines.slice(231)).toEqual([
      expect.stringMatching(/^z1\.example {18}is not JSON: /),
      'z2.example                  origin https://b.example?',
      'z3.example                  is not an object',
    ])
    expect(stdout).not.toMatch(/[^\P{C}\n]/u)
    expect(commands).toEqual(['key list', 'bulk get', 'bulk get', 'bulk get'])
  })

  test('a record that somebody broke is shown as text, and can be replaced', async () => {
    const { values, wrangler } = fakeKv()
    values.set('site:acme.example', '{ broken \u001b[31m')
    const got = await sites({ wrangler }, 'get', 'acme.example')
    expect(got).toMatchObject({ code: 1, stdout: '' })
    expect(problems(got)).toContain('site:acme.example in KV (remote) is not JSON')
    const put = await sites({ wrangler }, 'put', 'acme.example', 'acme.json', '--yes')
    expect(put.code).toBe(0)
    expect(problems(put)).toContain('-{ broken ?[31m\n')
    expect(values.get('site:acme.example')).toBe(JSON.stringify(ACME))
  })

  test.each([
    ['list', ['list'], 'Cloudflare has not answered for 30 seconds. Try again later.'],
    [
      'put',
      ['put', 'acme.example', 'acme.json'],
      'Cloudflare has not answered for 30 seconds, so it is not known whether that was changed: ' +
        'look with npx gatehouse sites get. Try again later.',
    ],
  ])(
    'that does not answer is said while it lasts, and given up after thirty seconds: %s',
    async (_case, args, said) => {
      const { commands, wrangler } = fakeKv()
      const silent: typeof wrangler = async (folder, asked, call) => {
        const answer = await wrangler(folder, asked, call)
        expect(call).toEqual({ patience: 30_000, waiting: 'Cloudflare has not answered yet …' })
        return commands.at(-1) === 'bulk get' ? answer : { code: undefined, stdout: '', said: '' }
      }
      const ended = await sites({ wrangler: silent }, ...args)
      expect(ended).toMatchObject({ code: 1, stdout: '' })
      expect(problems(ended)).toContain(said)
    },
  )
})
