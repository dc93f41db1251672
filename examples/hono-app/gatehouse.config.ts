// With the package: 'gatehouse-sso/config'
import { defineConfig } from '../../src/config.ts'

export default defineConfig({
  claims: { roles: 'idp_roles' },
  sites: {
    // Your host goes beside it, such as 'app.example.com'. Without an `organization` people are asked for their work e-mail.
    localhost: {
      rules: [
        { path: '/', access: 'public' },
        { path: '/style.css', access: 'public', cache: 'public, max-age=600' },
        { path: '/billing', require: { roles: ['admin'], organizations: ['*'] } },
      ],
    },
  },
})
