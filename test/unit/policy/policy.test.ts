import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assets, type Method, type Rule, type Site, seconds } from '../../../src/config.ts'
import { judge } from '../../../src/policy/policy.ts'
import { type CompiledSite, compileSites } from '../../../src/policy/site-directory.ts'
import type { Session } from '../../../src/tokens/session.ts'
import { ruleFor } from '../../support/rule-for.ts'
import { ACME, ACME_OKTA, ann, atSeconds, now } from '../../support/sample-session.ts'

function siteWith(rules: readonly Rule[], rest: Partial<Site> = {}): CompiledSite {
  const { exact } = compileSites({ sites: { 'docs.example.com': { upstream: assets(), rules, ...rest } } })
  return exact.get('docs.example.com') as CompiledSite
}

const indexOf = (rules: readonly Rule[], path: string, method = 'GET') =>
  ruleFor(siteWith(rules), path, method)?.index

describe('which rule decides', () => {
  test.each([
    ['the first of two equal ones', ['/a', '/a'], '/a', 0],
    ['the first, though a later one is longer', ['/*', '/a/b'], '/a/b', 0],
    ['the first, though a later one is broader', ['/a/b', '/*'], '/a/b', 0],
    ['the broad one where the narrow one does not match', ['/a/b', '/*'], '/a/c', 1],
    ['the first of three nested ones, narrow first', ['/a/b/*', '/a/*', '/*'], '/a/b/c', 0],
    ['the first of three nested ones, broad first', ['/a/*', '/a/b/*', '/a/b/c'], '/a/b/c', 0],
    ['none: authenticated', ['/a', '/b/*'], '/c', undefined],
    ['none where there is no rule', [], '/', undefined],
  ])('is %s', (_case, paths, path, index) => {
    expect(
      indexOf(
        paths.map((pattern) => ({ path: pattern, access: 'authenticated' })),
        path,
      ),
    ).toBe(index)
  })

  test.each([
    ['/x/*', '/x', true],
    ['/x/*', '/x/', true],
    ['/x/*', '/x/y', true],
    ['/x/*', '/x/y/z/', true],
    ['/x/*', '/xy', false],
    ['/x/*', '/', false],
    ['/x/*', '/y/x/z', false],
    ['/*', '/', true],
    ['/*', '/a/b', true],
    ['/', '/', true],
    ['/', '/a', false],
    ['/x', '/x', true],
    ['/x', '/x/', true],
    ['/x/', '/x', true],
    ['/x', '/x/y', false],
    ['/x', '/X', false],
    ['/stra%C3%9Fe', '/straße', true],
    ['/straße', '/straße', true],
    ['/a%20b/*', '/a b/c', true],
    ['/100%25', '/100%', true],
    ['/a%2A', '/a*', true],
    ['/__proto__', '/constructor', false],
    ['/constructor', '/constructor', true],
  ])('pattern %s and path %s: %s', (pattern, path, matches) => {
    expect(indexOf([{ path: pattern, access: 'public' }], path)).toBe(matches ? 0 : undefined)
  })

  test.each<[string, readonly Method[] | undefined, string, boolean]>([
    ['no list covers every method', undefined, 'PROPFIND', true],
    ['GET covers GET', ['GET'], 'GET', true],
    ['GET covers HEAD (RFC 9110 section 9.3.2)', ['GET'], 'HEAD', true],
    ['HEAD does not cover GET', ['HEAD'], 'GET', false],
    ['GET does not cover POST', ['GET'], 'POST', false],
    ['OPTIONS covers no HEAD', ['OPTIONS'], 'HEAD', false],
    ['methods are case-sensitive (RFC 9110 section 9.1)', ['PATCH'], 'patch', false],
  ])('%s', (_case, methods, method, matches) => {
    const rule: Rule = { path: '/a', access: 'public', ...(methods && { methods }) }
    expect(indexOf([rule], '/a', method)).toBe(matches ? 0 : undefined)
  })

  test('a rule for other methods leaves the path to the next rule', () => {
    const rules: Rule[] = [
      { path: '/api/*', methods: ['OPTIONS'], access: 'public' },
      { path: '/*', access: 'authenticated' },
    ]
    expect([indexOf(rules, '/api/x', 'OPTIONS'), indexOf(rules, '/api/x', 'POST')]).toEqual([0, 1])
  })

  test('is what a scan from the top finds, for any rules and any path', () => {
    const segment = fc.constantFrom('a', 'b', 'ä', 'a b')
    const path = fc
      .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
      .map(([segments, slash]) => `/${segments.join('/')}${slash && segments.length > 0 ? '/' : ''}`)
    const rule = fc.record({
      path: fc
        .tuple(path, fc.boolean())
        .map(([base, below]) => encodeURI(below ? `${base.replace(/\/$/, '')}/*` : base)),
      methods: fc.option(fc.uniqueArray(fc.constantFrom<Method>('GET', 'HEAD', 'POST'), { minLength: 1 }), {
        nil: undefined,
      }),
      access: fc.constant('public' as const),
    }) as fc.Arbitrary<Rule>
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 8 }),
        path,
        fc.constantFrom('GET', 'HEAD', 'POST', 'PUT'),
        (rules, asked, method) => {
          const scanned = rules.findIndex((candidate) => matchesNaively(candidate, asked, method))
          expect(indexOf(rules, asked, method) ?? -1).toBe(scanned)
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('is found without looking at the others, however many there are', () => {
    let looks = 0
    const methods = new Proxy<Method[]>(['GET'], {
      get: (list, key, receiver) => {
        if (key === 'includes') looks += 1
        return Reflect.get(list, key, receiver)
      },
    })
    const rules = Array.from(
      { length: 1000 },
      (_, n): Rule => ({ path: `/d${n}/*`, methods, access: 'public' }),
    )
    const site = siteWith(rules)
    expect(ruleFor(site, '/d999/x', 'GET')?.index).toBe(999)
    expect(ruleFor(site, '/d1000/x', 'GET')).toBeUndefined()
    expect(looks).toBe(1)
  })
})

function matchesNaively({ path, methods }: Rule, asked: string, method: string): boolean {
  const bare = (text: string) => text.replace(/\/$/, '')
  const pattern = decodeURIComponent(path)
  const covered: readonly string[] = methods ?? [method]
  if (!covered.includes(method) && !(method === 'HEAD' && covered.includes('GET'))) return false
  return pattern.endsWith('/*')
    ? `${bare(asked)}/`.startsWith(pattern.slice(0, -1))
    : bare(asked) === bare(pattern)
}

describe('a decision', () => {
  const outcome = (rule: Rule | undefined, session: Session = ann, rest: Partial<Site> = {}) => {
    const site = siteWith(rule === undefined ? [] : [rule], rest)
    return judge(site, ruleFor(site, '/a', 'GET'), session, now)
  }

  test.each<[string, Rule | undefined, Session | undefined, object]>([
    ['public, nobody', { path: '/a', access: 'public' }, undefined, { outcome: 'allow', why: 'public' }],
    [
      'authenticated, nobody',
      { path: '/a', access: 'authenticated' },
      undefined,
      { outcome: 'login', why: 'no_session' },
    ],
    ['authenticated, somebody', { path: '/a', access: 'authenticated' }, ann, { outcome: 'allow' }],
    ['no rule, nobody', undefined, undefined, { outcome: 'login', why: 'no_session' }],
    ['a rule with neither, nobody', { path: '/a', strict: true }, undefined, { outcome: 'login' }],
    ['a rule with neither, somebody', { path: '/a', strict: true }, ann, { outcome: 'allow' }],
    ['no rule, somebody', undefined, ann, { outcome: 'allow', why: 'requirements_met' }],
    [
      'a requirement, nobody',
      { path: '/a', require: { roles: ['editor'] } },
      undefined,
      { outcome: 'login' },
    ],
    ['a requirement that is met', { path: '/a', require: { roles: ['editor'] } }, ann, { outcome: 'allow' }],
    [
      'a requirement that is not met',
      { path: '/a', require: { roles: ['admin'] } },
      ann,
      { outcome: 'deny' },
    ],
  ])('%s', (_case, rule, session, expected) => {
    const site = siteWith(rule === undefined ? [] : [rule])
    expect(judge(site, ruleFor(site, '/a', 'GET'), session, now)).toMatchObject(expected)
  })

  test.each([
    [300, 'allow'],
    [299, 'login'],
  ])('a login 300 seconds ago with a maxAge of %i: %s', (maxAge, expected) => {
    expect(outcome({ path: '/a', access: 'authenticated', maxAge: seconds(maxAge) }).outcome).toBe(expected)
  })

  test('a login in the future of this clock is recent', () => {
    const ahead = { ...ann, authenticatedAt: atSeconds(30) }
    expect(outcome({ path: '/a', access: 'authenticated', maxAge: seconds(60) }, ahead).outcome).toBe('allow')
  })

  test('who is not allowed is told so, and is not sent to sign in again because it was long ago', () => {
    expect(outcome({ path: '/a', require: { roles: ['admin'] }, maxAge: seconds(60) }).outcome).toBe('deny')
  })

  test.each<[string, Partial<Site>, 'allow' | 'deny']>([
    ['its organization', { organization: ACME }, 'allow'],
    ['another organization', { organization: 'org_1' }, 'deny'],
    ['its connection', { connection: ACME_OKTA }, 'allow'],
    ['another connection', { connection: 'conn_1' }, 'deny'],
    ['its organization and another connection', { organization: ACME, connection: 'conn_1' }, 'deny'],
  ])('holds a session to what the site demands on every request: %s', (_case, demand, expected) => {
    expect(outcome(undefined, ann, demand).outcome).toBe(expected)
    expect(outcome({ path: '/a', require: { roles: ['editor'] } }, ann, demand).outcome).toBe(expected)
    expect(outcome({ path: '/a', access: 'public' }, ann, demand).outcome).toBe('allow')
  })

  test('a session of no organization is none of the site’s', () => {
    expect(outcome(undefined, { ...ann, organizationId: undefined }, { organization: ACME })).toMatchObject({
      outcome: 'deny',
      unmet: [{ key: 'organizations', accepted: [ACME] }],
    })
  })
})
