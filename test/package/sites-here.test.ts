import { expect, test } from 'vitest'
import { sitesHere } from '../../cli/dev/sites-here.ts'
import { assets, defineConfig } from '../../src/config.ts'

const ACME = 'org_20000000000000002'
const upstream = assets()
const config = defineConfig({
  sites: {
    'docs.localhost': { upstream },
    localhost: { upstream },
    'acme.localhost': { upstream, organization: ACME },
    '*.localhost': { upstream },
    'docs.example.com': { upstream },
  },
})

test('tells the simulator of the sites that a browser finds here, the entrance first', () => {
  expect(sitesHere(config, 'http://localhost:9000', 9000)).toEqual([
    { origin: 'http://localhost:9000' },
    { origin: 'http://docs.localhost:9000' },
    { origin: 'http://acme.localhost:9000', organization: ACME },
  ])
})

test('of a public address first, and of the entrance alone without a valid configuration', () => {
  expect(sitesHere(config, 'https://demo.example', 9000)[0]).toEqual({ origin: 'https://demo.example' })
  expect(sitesHere(undefined, 'http://localhost:9000', 9000)).toEqual([{ origin: 'http://localhost:9000' }])
})
