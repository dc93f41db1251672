/** Names that the Workers of the bench and the program that drives them have to agree on. */

/** Where all contestants think they are: a host in production, reached over https. */
export const HOST = 'docs.bench.test'
/** The same site, with a rule that asks the registry on every request. */
export const STRICT_HOST = 'strict.bench.test'

export const ISSUER = 'https://scalekit.bench.test'
export const CLIENT_ID = 'skc_10001'
export const CLIENT_SECRET = 'test_bench_client_secret'

export const ACCESS_TEAM = 'bench'
export const ACCESS_AUDIENCE = '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2'

/** Whoever is signed in, at every contestant. */
export const JANE = {
  organization: 'org_20001',
  connection: 'conn_30001',
  user: '00u1a2b3c4d5e6f7g8h9',
  email: 'jane.doe@acme.example',
  name: 'Jane Doe',
  roles: ['editor'],
} as const

/** What an authorization code of the stub provider says. */
export interface IssuedCode {
  readonly user: string
  readonly nonce: string
  readonly challenge: string
  readonly redirectUri: string
}
