import { createServer, type Http2Server } from 'node:http2'
import { type DescMessage, fromJson, type JsonValue, type MessageShape } from '@bufbuild/protobuf'
import { type Code, ConnectError, type HandlerContext } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import connections from '@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/connections/connections_pb.js'
import errors from '@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/errdetails/errdetails_pb.js'
import organizations from '@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/organizations/organizations_pb.js'

const { listOrganization, getOrganization, generatePortalLink } = organizations.OrganizationService.method
const { listConnections } = connections.ConnectionService.method

/** Asks the simulator, at the address that the client wrote: a token is good at the one that it was got from. */
type Ask = (
  address: URL,
  init: { readonly method: string; readonly headers: Record<string, string> },
) => Promise<Pick<Response, 'ok' | 'json'>>

/**
 * The management API as Scalekit's own client speaks it: gRPC over HTTP/2, which workerd cannot serve. Each call becomes the call of the REST API that
 * does the same, so there is one state, one check of the token and one set of errors.
 */
export function openGrpcDoor(ask: Ask): Http2Server {
  const rest =
    <Output extends DescMessage>(output: Output, { requestHeader, url }: HandlerContext) =>
    async (method: 'GET' | 'PUT', path: string, query: Query = {}): Promise<MessageShape<Output>> => {
      const headers = { Authorization: requestHeader.get('authorization') ?? '' }
      const response = await ask(new URL(`/api/v1${path}?${encode(query)}`, url), { method, headers })
      const answer: unknown = await response.json()
      if (!response.ok) throw errorOf(answer as Problem)
      return fromJson(output, answer as JsonValue, { ignoreUnknownFields: true })
    }

  return createServer(
    connectNodeAdapter({
      routes: (router) => {
        router.rpc(listOrganization, ({ pageSize, pageToken, externalId }, context) =>
          rest(listOrganization.output, context)('GET', '/organizations', {
            page_size: pageSize || undefined,
            page_token: pageToken,
            external_id: externalId,
          }),
        )
        router.rpc(getOrganization, ({ identities }, context) =>
          rest(getOrganization.output, context)('GET', `/organizations/${segment(identities.value)}`),
        )
        router.rpc(generatePortalLink, ({ id }, context) =>
          rest(generatePortalLink.output, context)('PUT', `/organizations/${segment(id)}/portal_links`),
        )
        router.rpc(listConnections, ({ organizationId, domain, include }, context) =>
          rest(listConnections.output, context)('GET', '/connections', {
            organization_id: organizationId,
            domain,
            include,
          }),
        )
      },
    }),
  )
}

type Query = Readonly<Record<string, string | number | undefined>>

const encode = (query: Query) =>
  new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value ? [[name, `${value}`]] : [])))

const segment = (id: string | undefined) => encodeURIComponent(id ?? '')

/** The body of an error, as the REST API has it. */
interface Problem {
  readonly code: Code
  readonly message: string
  readonly details: readonly { readonly error_code: string }[]
}

function errorOf({ code, message, details }: Problem): ConnectError {
  const info = details.map(({ error_code }) => ({
    desc: errors.ErrorInfoSchema,
    value: { errorCode: error_code },
  }))
  return new ConnectError(message, code, undefined, info)
}
