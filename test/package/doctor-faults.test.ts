import { expect, test } from 'vitest'
import { isSound } from '../../cli/doctor/diagnose.ts'
import { reportInWords } from '../../cli/doctor/report.ts'
import { examine, removed, soundProject, wrangler } from './sound-project.ts'

const ASSETS = { directory: './site', binding: 'ASSETS' }

/** Each is all that is wrong with an otherwise sound project. */
const FAULTS: readonly {
  readonly fault: string
  /** Files that differ from the sound ones; an empty one is not there. */
  readonly files: Readonly<Record<string, string>>
  readonly check: string
  readonly found: RegExp
  readonly remedy: RegExp
}[] = [
  {
    fault: 'files go out before the Worker is asked',
    files: { 'wrangler.jsonc': wrangler({ assets: ASSETS }) },
    check: 'run-worker-first',
    found: /serves the files of \.\/site to everybody/,
    remedy: /"run_worker_first": true into wrangler\.jsonc, "assets"/,
  },
  {
    fault: 'the Worker is asked for some files only',
    files: {
      'wrangler.jsonc': wrangler({ assets: { ...ASSETS, run_worker_first: ['/admin/*', '/auth/*'] } }),
    },
    check: 'run-worker-first',
    found: /lists some paths only: \/admin\/\* \/auth\/\*/,
    remedy: /"run_worker_first": true/,
  },
  {
    fault: 'an exception for files that the rules protect',
    files: {
      'wrangler.jsonc': wrangler({
        assets: { ...ASSETS, run_worker_first: ['/*', '!/public/*', '!/team/*'] },
      }),
    },
    check: 'run-worker-first',
    found: /exceptions that are not public: !\/team\/\* at docs\.example\.com/,
    remedy: /"run_worker_first": true/,
  },
  {
    fault: 'no compatibility date',
    files: { 'wrangler.jsonc': wrangler({ compatibility_date: undefined }) },
    check: 'compatibility-date',
    found: /has no compatibility_date/,
    remedy: /"compatibility_date": "\d{4}-\d\d-\d\d" into wrangler\.jsonc/,
  },
  {
    fault: 'a compatibility date that no runtime knows',
    files: { 'wrangler.jsonc': wrangler({ compatibility_date: '2999-01-01' }) },
    check: 'compatibility-date',
    found: /2999-01-01 is in the future/,
    remedy: /"compatibility_date": "\d{4}-\d\d-\d\d"/,
  },
]

test('a sound project is sound', async () => {
  const folder = await soundProject()
  try {
    const findings = await examine(folder)
    expect(findings.filter(({ status }) => status === 'problem' || status === 'warning')).toEqual([])
    expect(reportInWords(findings)).toContain('Nothing is wrong.')
  } finally {
    await removed(folder)
  }
})

test.each(FAULTS)('$fault: that is said, and nothing else', async ({ files, check, found, remedy }) => {
  const folder = await soundProject(files)
  try {
    const findings = await examine(folder)
    const troubles = findings.filter(({ status }) => status === 'problem' || status === 'warning')
    expect(troubles).toEqual([
      expect.objectContaining({
        id: check,
        status: 'problem',
        found: expect.stringMatching(found),
        why: expect.stringMatching(/\.$/),
        remedy: expect.stringMatching(remedy),
      }),
    ])
    expect(isSound(findings)).toBe(false)
  } finally {
    await removed(folder)
  }
})
