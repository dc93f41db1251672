import { expect, test } from 'vitest'
import { formatConfig } from '../../../bench/workerd-config.ts'

test('every kind of binding is written as workerd reads it', () => {
  const config = formatConfig({
    entry: 'main',
    services: [
      {
        name: 'main',
        modules: ['main.js'],
        flags: ['no_nodejs_compat'],
        bindings: {
          NAME: { text: 'a "quoted" value' },
          CONFIG: { json: { sites: {} } },
          ASSETS: { service: 'assets' },
          LIMIT: { rateLimit: true },
          LOADER: { workerLoader: 'id' },
        },
        durableObject: { className: 'Registry', disk: 'sessions' },
      },
      { name: 'assets', disk: 'site' },
    ],
  })
  for (const part of [
    '(name = "main.js", esModule = embed "main.js")',
    'compatibilityFlags = ["no_nodejs_compat"]',
    '(name = "NAME", text = "a \\"quoted\\" value")',
    '(name = "CONFIG", json = "{\\"sites\\":{}}")',
    '(name = "ASSETS", service = "assets")',
    '(name = "LIMIT", wrapped = (moduleName = "bench:rate-limit"))',
    '(name = "LOADER", workerLoader = (id = "id"))',
    '(className = "Registry", uniqueKey = "Registry", enableSql = true)',
    '(name = "assets", disk = (path = "site", writable = false))',
  ]) {
    expect(config).toContain(part)
  }
})

test('it listens on this machine only, and a Worker reaches nothing that it was not given', () => {
  const config = formatConfig({ entry: 'main', services: [{ name: 'main', modules: ['main.js'] }] })
  expect(config).toContain('address = "127.0.0.1:0"')
  expect(config).toContain('globalOutbound = "nowhere"')
  expect(config).toContain('(name = "nowhere", network = (allow = []))')
})
