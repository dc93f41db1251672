// With the package: 'gatehouse-sso/config'
import { assets, defineConfig, origin } from '../../src/config.ts'

/** @param api where the API listens */
export const configFor = (api: string) =>
  defineConfig({
    sites: {
      // Your host goes beside it, such as 'shop.example.com'. Without an `organization` people are asked for their work e-mail.
      localhost: {
        upstream: assets(),
        rules: [
          { path: '/', access: 'public' },
          { path: '/style.css', access: 'public' },
          { path: '/api/health', access: 'public', upstream: origin(api, { stripPrefix: '/api' }) },
          // The API knows nothing of `/api`: `/api/orders` is `/orders` there.
          { path: '/api/*', upstream: origin(api, { stripPrefix: '/api' }) },
          // No rule for /app/*: what no rule names needs a session.
        ],
      },
    },
  })

export default configFor('http://127.0.0.1:8000')
