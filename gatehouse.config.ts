import { assets, defineConfig, hours, minutes, type Rule } from './src/config.ts'

/** Two customers of the simulator. */
const ACME = 'org_20000000000000002'
const GLOBEX = 'org_20000000000000003'

/** What every site looks like: the same files, from the root of `site/`. */
const LOOKS = ['/style.css', '/site.js', '/favicon.svg'].map(
  (path): Rule => ({ path, access: 'public', upstream: assets() }),
)

const DOCS = {
  upstream: assets({ folder: '/sites/docs' }),
  rules: [...LOOKS, { path: '/', access: 'public' }],
} as const

export default defineConfig({
  session: { lifetime: minutes(5), idle: hours(8), absolute: hours(24) },
  // The one host that talks to Scalekit: one sign-in for all sites that do not say otherwise.
  loginHost: 'login.localhost',
  adminPortal: { roles: ['admin'] },
  // Of every site that does not say otherwise.
  brand: { name: 'Gatehouse demo', logo: '/favicon.svg' },
  // What people read in the place of IDs; `gatehouse doctor --write` asks Scalekit for them.
  organizations: { [ACME]: 'Acme', [GLOBEX]: 'Globex' },
  sites: {
    // Apart from the others: it signs people in itself.
    localhost: {
      loginHost: false,
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/style.css', access: 'public' },
        { path: '/site.js', access: 'public' },
        { path: '/favicon.svg', access: 'public' },
        { path: '/acme/*', require: { organizations: [ACME] }, strict: true },
        // Its root is `site/`, where the folders of the others are: they are as closed here as there.
        { path: '/sites/acme/*', require: { organizations: [ACME] }, strict: true },
        { path: '/sites/globex/*', require: { organizations: [GLOBEX] } },
        // Whoever has the role in their own organization, whichever that is.
        { path: '/keys/*', require: { organizations: ['*'], roles: ['admin'] } },
      ],
    },
    'docs.localhost': DOCS,
    // A preview of each branch, without another address at Scalekit.
    '*.docs.localhost': DOCS,
    // A customer's own host: nobody else signs in here, and the sign-in page is theirs.
    'acme.localhost': {
      organization: ACME,
      brand: {
        name: 'Acme',
        logo: '/logo.svg',
        accent: '#82560a',
        support: { text: 'Acme service desk', email: 'it@acme.example' },
        links: [{ text: 'Privacy at Acme', url: 'https://acme.example/privacy' }],
      },
      upstream: assets({ folder: '/sites/acme' }),
      rules: [...LOOKS, { path: '/*', strict: true }],
    },
    'globex.localhost': {
      organization: GLOBEX,
      brand: {
        name: 'Globex',
        logo: '/logo.svg',
        accent: '#2f4fa8',
        support: { text: 'Globex help centre', url: 'https://help.globex.example' },
        links: [
          { text: 'Imprint', url: 'https://globex.example/imprint' },
          { text: 'Accessibility', url: 'https://globex.example/accessibility' },
        ],
      },
      upstream: assets({ folder: '/sites/globex' }),
      rules: LOOKS,
    },
  },
})
