import { assets, defineConfig, hours, minutes } from './src/config.ts'

/** Acme, one of the customers of the simulator. */
const ACME = 'org_20000000000000002'

export default defineConfig({
  session: { lifetime: minutes(5), idle: hours(8), absolute: hours(24) },
  adminPortal: { roles: ['admin'] },
  sites: {
    localhost: {
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/style.css', access: 'public' },
        { path: '/site.js', access: 'public' },
        { path: '/favicon.svg', access: 'public' },
        { path: '/acme/*', require: { organizations: [ACME] }, strict: true },
      ],
    },
  },
})
