import type { ScalekitClient } from '@scalekit-sdk/node'
import { describe, expect, test } from 'vitest'
import { managementWith } from '../../cli/scalekit/management.ts'

const CREDENTIALS = {
  environmentUrl: 'https://acme.scalekit.com',
  clientId: 'skc_1',
  clientSecret: 'secret',
  from: {
    SCALEKIT_ENVIRONMENT_URL: '.dev.vars',
    SCALEKIT_CLIENT_ID: '.dev.vars',
    SCALEKIT_CLIENT_SECRET: '.dev.vars',
  },
}

describe('an environment that says of every page of organizations that there is a next one', () => {
  /** @param next the token that each page names, by how many were asked for */
  const organizationsOf = async (next: (asked: number) => string) => {
    let asked = 0
    const client = {
      organization: { listOrganization: async () => ({ organizations: [], nextPageToken: next(++asked) }) },
    } as unknown as ScalekitClient
    const { signal } = new AbortController()
    const answer = await managementWith(CREDENTIALS, client, 'token', signal).organizations()
    return { asked, answer }
  }
  const endless = {
    ok: false,
    error: {
      kind: 'other',
      said: expect.stringMatching(/there are more, without an end: compare SCALEKIT_ENV/),
    },
  }

  test.each([
    ['the same one', () => 'a', 2],
    ['two in turn', (asked: number) => `${asked % 2}`, 3],
    ['another one each time', (asked: number) => `${asked}`, 10_000],
  ])('%s', async (_case, next, most) => {
    expect(await organizationsOf(next)).toEqual({ asked: most, answer: endless })
  })
})
