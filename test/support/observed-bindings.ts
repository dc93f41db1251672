import type { Env } from '../../src/deployment/environment.ts'

/** A KV namespace that writes down what is asked of it, and misbehaves on demand as KV may. */
export class ObservedKV {
  /** Such as `put login:…`, oldest first. */
  readonly operations: string[] = []
  /** The storage itself: what an operator or an attacker sees. */
  readonly inside: KVNamespace
  /** So many of the next reads find nothing yet. */
  missingReads = 0
  /** The name of an operation that fails. */
  failing: 'get' | 'put' | 'delete' | undefined

  constructor(inside: KVNamespace) {
    this.inside = inside
  }

  /** The operations on keys that begin like this. */
  on(prefix: 'login:' | 'jwks:' | 'site:'): string[] {
    return this.operations
      .filter((operation) => operation.includes(` ${prefix}`))
      .map((operation) => operation.slice(0, operation.indexOf(' ')))
  }

  get binding(): KVNamespace {
    const observe = (operation: 'get' | 'put' | 'delete' | 'list', key: string) => {
      this.operations.push(`${operation} ${key}`)
      if (this.failing === operation) throw new Error(`KV ${operation} failed: 429 Too Many Requests`)
    }
    const binding = {
      get: async (key: string, type: 'json') => {
        observe('get', key)
        if (key.startsWith('login:') && this.missingReads > 0) {
          this.missingReads -= 1
          return null
        }
        return this.inside.get(key, type)
      },
      put: async (key: string, value: string, options: KVNamespacePutOptions) => {
        observe('put', key)
        await this.inside.put(key, value, options)
      },
      delete: async (key: string) => {
        observe('delete', key)
        await this.inside.delete(key)
      },
      list: async (options: KVNamespaceListOptions) => {
        observe('list', options.prefix ?? '')
        return this.inside.list(options)
      },
    }
    return binding as unknown as KVNamespace
  }
}

/** The registry's namespace, which writes down the calls and can be out of reach. */
export class ObservedSessions {
  /** Such as `open org_…`, oldest first. */
  readonly calls: string[] = []
  unreachable = false
  /** Takes every call, and answers none. */
  silent = false
  readonly inside: Env['SESSIONS']

  constructor(inside: Env['SESSIONS']) {
    this.inside = inside
  }

  get binding(): Env['SESSIONS'] {
    const getByName = (name: string) =>
      new Proxy(this.inside.getByName(name), {
        get:
          (stub, method) =>
          async (argument: unknown, ...rest: unknown[]) => {
            this.calls.push(`${String(method)} ${name}`)
            if (this.unreachable) throw new Error('Durable Object is overloaded')
            if (this.silent) return new Promise(() => {})
            const call = stub[method as 'act'] as unknown as (...all: unknown[]) => Promise<unknown>
            // A method is a remote one, with which `fetch` has only the spelling in common.
            return method === 'fetch'
              ? stub.fetch(argument as string, ...(rest as []))
              : call(argument, ...rest)
          },
      })
    return {
      getByName,
      idFromName: (name: string) => this.inside.idFromName(name),
    } as unknown as Env['SESSIONS']
  }
}

/** The pages behind the gate: each says which address it was asked for. */
export class ObservedUpstream {
  readonly requests: Request[] = []
  answer: (request: Request) => Response | Promise<Response> = (request) => {
    const { pathname, search } = new URL(request.url)
    const text = `the page ${pathname}${search}`
    return new Response(text, { headers: { 'Content-Length': String(text.length) } })
  }

  get last(): Request | undefined {
    return this.requests.at(-1)
  }

  get binding(): Fetcher {
    const fetch = async (input: string | Request, init?: RequestInit) => {
      const request = new Request(input, init)
      this.requests.push(request)
      return this.answer(request)
    }
    return { fetch } as unknown as Fetcher
  }
}
