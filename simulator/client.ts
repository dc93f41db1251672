/** The one web application of a simulated environment. */
export interface Client {
  readonly id: string
  readonly secret: string
}

/** The same values as in `wrangler.toml` beside this file. Everybody knows them: good for nothing but development. */
export const DEVELOPMENT_CLIENT: Client = {
  id: 'skc_10000000000000001',
  secret: 'test_development_only_everybody_knows_this',
}

/** What signs webhooks in development; as public as the client's secret. */
export const DEVELOPMENT_WEBHOOK_SECRET = 'whsec_ZGV2ZWxvcG1lbnQgb25seSwgZXZlcnlib2R5IGtub3dz'
