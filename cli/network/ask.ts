import { err, ok, type Result } from '../../src/base/result.ts'
import { type NetworkFailure, networkFailureOf } from './network-failure.ts'

/** An answer, read to the end. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Asks by HTTP, and follows no redirect: where one leads is an answer too. */
export async function ask(
  url: string | URL,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Result<HttpAnswer, NetworkFailure>> {
  try {
    const response = await fetch(url, { redirect: 'manual', ...init })
    return ok({ status: response.status, headers: response.headers, body: await response.text() })
  } catch (error) {
    return err(networkFailureOf(error))
  }
}

/** The JSON of an answer; an empty object for anything else. */
export function jsonIn({ body }: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body))
  } catch {
    return {}
  }
}
