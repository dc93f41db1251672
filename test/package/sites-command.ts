import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { NAMESPACE_ID } from '../support/node/cloudflare-kv.ts'
import type { Ended } from './command-line.ts'
import type { FakeKv } from './fake-kv.ts'
import { runHere } from './in-process.ts'
import { HERE, wranglerWith, writeStranger } from './stranger.ts'

export const ACME = { organization: 'org_1', upstream: { kind: 'assets', folder: '/acme' } }
export const GLOBEX = { ...ACME, organization: 'org_2' }

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** Default: the real one. */
  readonly wrangler?: FakeKv['wrangler']
}

/** A project with sites in KV, for all tests of a file. */
export interface SitesProject {
  readonly folder: string
  /** Runs `gatehouse sites` there. */
  readonly sites: (around: Surroundings, ...args: readonly string[]) => Promise<Ended>
}

export function useSitesProject(): SitesProject {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-sites-'))
    await writeStranger(folder, {
      entry: HERE,
      files: {
        'wrangler.jsonc': wranglerWith({ kv_namespaces: [{ binding: 'GATEHOUSE_KV', id: NAMESPACE_ID }] }),
        'gatehouse.config.ts':
          "const sites = { 'docs.example.com': { upstream: { kind: 'assets' } } }\n" +
          "export default { sitesInKv: true, loginHost: 'login.example.com', sites }\n",
        'acme.json': JSON.stringify(ACME, null, 4),
        'globex.json': JSON.stringify(GLOBEX),
        'broken.json':
          '{ "organization": "acme", "upstream": { "kind": "service", "binding": "API" }, "rule": [] }',
        'comma.json': '{ "organization": "org_1", }',
      },
    })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return {
    get folder() {
      return folder
    },
    sites: ({ env, ...rest }, ...args) =>
      runHere(folder, ['sites', ...args], {
        ...rest,
        // Whoever runs this may be logged in.
        env: { XDG_CONFIG_HOME: folder, HOME: folder, CLOUDFLARE_API_TOKEN: '', ...env },
      }),
  }
}

/** What is said, without what goes on meanwhile. */
export const problems = ({ stderr }: Ended) => stderr.replace(/^.* …\n/gm, '')
