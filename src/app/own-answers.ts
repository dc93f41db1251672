import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { Hono } from 'hono/tiny'
import { STRICT_TRANSPORT_SECURITY } from '../pages/response.ts'
import type { Arrival } from '../request/visit.ts'

const HEADERS = {
  // The address of a callback or a handoff has a code or a ticket in it, which is not for the page that is opened next, nor for the server
  // behind it. `no-referrer` would make browsers send `Origin: null` with our own forms.
  referrerPolicy: 'strict-origin',
  // Pages say themselves who may frame them.
  xFrameOptions: false,
  // A site may sign people in by a window of its own, which has to be told of afterwards.
  crossOriginOpenerPolicy: false,
  // One page of ours must not decide for all of the site.
  originAgentCluster: false,
} as const

const deployed = secureHeaders({ ...HEADERS, strictTransportSecurity: STRICT_TRANSPORT_SECURITY })
const onThisMachine = secureHeaders({ ...HEADERS, strictTransportSecurity: false })

/** What a Hono app of ours is told of a request: it has been read already, and nothing reads it again. */
export interface OwnBindings {
  readonly visit: Arrival
}

/** Headers that every answer of our own carries, besides what it says of caches and content. */
export const ownHeaders: MiddlewareHandler<{ Bindings: OwnBindings }> = async (context, next) => {
  let policy: string | null = null
  await (context.env.visit.url.isLocal ? onThisMachine : deployed)(context, async () => {
    await next()
    policy = context.res.headers.get('Referrer-Policy')
  })
  // An answer that has a word of its own on referrers knows why.
  if (policy !== null) context.res.headers.set('Referrer-Policy', policy)
}

interface AnswerBindings extends OwnBindings {
  readonly answer: () => Promise<Response>
}

const answers = new Hono<{ Bindings: AnswerBindings }>({ getPath: () => '/' })
answers.use(ownHeaders)
answers.all('/', ({ env }) => env.answer())
answers.onError((error) => {
  throw error
})

/** Gives an answer of our own that comes from no route. */
export const ownAnswer = async (visit: Arrival, answer: AnswerBindings['answer']): Promise<Response> =>
  answers.fetch(visit.request, { visit, answer })
