import type { Project } from '../../cli/doctor/project.ts'
import { addressesOf } from '../../cli/doctor/scalekit/addresses.ts'
import { askScalekit } from '../../cli/doctor/scalekit/answers.ts'
import { namedIn } from '../../cli/doctor/scalekit/named.ts'
import type { Target } from '../../cli/doctor/scalekit/target.ts'
import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import { assets, type GatehouseConfig, type Site } from '../../src/config.ts'

/** The simulator's. */
export const ACME = 'org_20000000000000002'
const ACME_CONNECTION = 'conn_30000000000000002'

export const site = (more: Partial<Site> = {}): Site => ({ upstream: assets(), ...more })
export const configOf = (
  sites: GatehouseConfig['sites'],
  more: Partial<GatehouseConfig> = {},
): GatehouseConfig => ({
  sites,
  ...more,
})
export const DOCS = configOf({
  'docs.example.com': site({ organization: ACME, connection: ACME_CONNECTION }),
})

/** As much of a project as is looked at. */
export const projectOf = (config: GatehouseConfig, values: Readonly<Record<string, string>> = {}) =>
  ({
    config: { ok: true, value: config },
    wrangler: { kind: 'none' },
    devVars: { file: '.dev.vars', text: '', values },
    nameOf: (path: string) => path,
  }) as unknown as Project

/** The environment at an address, asked as the client that the simulator has from the beginning. */
export const environmentAt = (environmentUrl: string): Target => ({
  environmentUrl,
  from: 'wrangler.jsonc',
  clientId: DEVELOPMENT_CLIENT.id,
  clientSecret: DEVELOPMENT_CLIENT.secret,
})

export const answersOf = (target: Target, config: GatehouseConfig, patienceMs?: number) =>
  askScalekit(target, addressesOf(config), namedIn(config), patienceMs)
