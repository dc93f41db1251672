/** The Scalekit environment and our registration there. */
export interface ScalekitClient {
  /** Scheme, host and port without a slash at the end; also the expected `iss`. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}
