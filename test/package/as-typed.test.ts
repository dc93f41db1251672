import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { asTypedHere, isOwnScript } from '../../cli/as-typed.ts'
import { PROGRAM } from './stranger.ts'

const ROOT = join(import.meta.dirname, '../..')

const ofOwnScript = { npm_package_name: 'gatehouse-sso', npm_lifecycle_event: 'gatehouse' }

test('only the scripts of this repository are typed in another way', () => {
  expect(isOwnScript(ofOwnScript)).toBe(true)
  expect(isOwnScript({ ...ofOwnScript, npm_lifecycle_event: 'dev' })).toBe(true)
  expect(isOwnScript({ ...ofOwnScript, npm_lifecycle_event: 'test' })).toBe(false)
  // A project of somebody else, whose script is `gatehouse dev`.
  expect(isOwnScript({ npm_package_name: 'docs', npm_lifecycle_event: 'dev' })).toBe(false)
  expect(isOwnScript({})).toBe(false)
  expect(asTypedHere('run `npx gatehouse keys new`, or npx gatehouse dev')).toBe(
    'run `npm run -s gatehouse -- keys new`, or npm run -s gatehouse -- dev',
  )
})

test('its help, and what it says is wrong, are to be typed as they are', async () => {
  const here = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [PROGRAM, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...ofOwnScript },
    })
  const { stdout } = await here('doctor', '--help')
  expect(stdout).toContain('Usage: npm run -s gatehouse -- doctor [options]')
  expect(stdout).toContain('  npm run -s gatehouse -- doctor --env staging --fix\n')
  expect(stdout).not.toContain('npx gatehouse')
  const wrong = await here('portal-link', 'acme').catch((error: { readonly stderr: string }) => error)
  expect(wrong.stderr).toContain('npm run -s gatehouse -- orgs lists them')
})
