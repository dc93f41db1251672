import { expect, test } from 'vitest'
import { welcome } from '../../cli/dev/welcome.ts'
import { assets } from '../../src/config.ts'

const upstream = assets()
const sites = { 'docs.example.com': { upstream }, localhost: { upstream }, '*.example.net': { upstream } }
const started = { port: 8787, scalekit: 'http://127.0.0.1:8788', usesSimulator: true, config: { sites } }

test('the start of gatehouse dev names no host that leads elsewhere', () => {
  const said = welcome({ ...started, gatehouse: 'http://localhost:8787' })
  expect(said).toContain('  localhost: sign in as ')
  expect(said).not.toContain('example.com:')
  expect(said).not.toContain('example.net:')
})

test('the host of a tunnel leads here', () => {
  const said = welcome({ ...started, gatehouse: 'https://try.example.net' })
  expect(said).toContain('  *.example.net: sign in as ')
  expect(said).not.toContain('docs.example.com')
})
