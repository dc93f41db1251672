import { describe, expect, test } from 'vitest'
import { assets } from '../../../src/config.ts'
import { problemsOf, withSite } from './sample-configs.ts'

describe('passHeaders', () => {
  const withHeaders = (...passHeaders: unknown[]) => withSite({ upstream: assets(), passHeaders })

  test('may name what something in front of Gatehouse says of the client or the person', () => {
    const names = [
      'X-Real-IP',
      'true-client-ip',
      'REMOTE-USER',
      'Cf-Access-Jwt-Assertion',
      'X-Original-Forwarded-For',
    ]
    expect(problemsOf(withHeaders(...names, 'X-Envoy-External-Address', 'X-My-Own'))).toEqual([])
    expect(problemsOf(withHeaders())).toEqual([])
  })

  const OURS = 'is for Gatehouse alone to send'
  const ADDRESS = 'makes servers read another address or method than the one that was judged'
  const HOP = 'is about one connection, and ends at the gate'
  const SENT = 'reaches the upstream as Gatehouse sends it'
  test.each([
    ['Gatehouse-Assertion', OURS],
    ['X-Forwarded-For', OURS],
    ['x_forwarded_user', OURS],
    ['Forwarded', OURS],
    ['X-Original-URL', ADDRESS],
    ['x-original-uri', ADDRESS],
    ['X-Original-Host', ADDRESS],
    ['X-Original-Method', ADDRESS],
    ['X-Rewrite-URL', ADDRESS],
    ['X-Override-URL', ADDRESS],
    ['X-HTTP-Method', ADDRESS],
    ['X-HTTP-Method-Override', ADDRESS],
    ['X-Host', ADDRESS],
    ['X-HTTP-Host-Override', ADDRESS],
    ['X-Envoy-Original-Path', ADDRESS],
    ['Connection', HOP],
    ['Keep-Alive', HOP],
    ['Proxy-Authorization', HOP],
    ['TE', HOP],
    ['Transfer-Encoding', HOP],
    ['Upgrade', HOP],
    ['Cookie', SENT],
    ['host', SENT],
    ['Proxy', 'makes applications send their own requests through the visitor’s proxy (CVE-2016-5385)'],
    ['X Real IP', 'is not the name of a header'],
    ['', 'is not the name of a header'],
    ['X-Real-IP:', 'is not the name of a header'],
    [7, 'must be text'],
  ])('cannot name %s, which %s', (name, problem) => {
    expect(problemsOf(withHeaders('X-Real-IP', name))).toEqual([
      `sites["docs.example.com"].passHeaders[1] ${problem}`,
    ])
  })
})
