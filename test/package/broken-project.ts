import { projectWith, wrangler } from './sound-project.ts'

/** What docs/cli.md shows a run of doctor on: four mistakes that are easily made. */
export const brokenProject = (): Promise<string> =>
  projectWith({
    'wrangler.jsonc': wrangler({
      assets: { directory: './site', binding: 'ASSETS' },
      migrations: undefined,
      routes: [
        { pattern: 'docs.example.com', custom_domain: true },
        { pattern: 'old.example.com', custom_domain: true },
      ],
      vars: {
        SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com',
        SCALEKIT_CLIENT_ID: 'skc_1',
        SCALEKIT_CLIENT_SECRET: 'test_1',
      },
    }),
  })
